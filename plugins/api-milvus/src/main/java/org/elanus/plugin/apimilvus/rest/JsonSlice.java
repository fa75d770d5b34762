package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** A value inside a JSON text that is read later, piece by piece, because it may be large. */
record JsonSlice(byte[] bytes, int from, int to) {

    JsonParser parser() throws IOException {
        return Json.FACTORY.createParser(bytes, from, to - from);
    }
}
