package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Values that stay JSON. */
final class JsonTexts {

    private JsonTexts() {}

    /** The parser's current value, with numbers as they are written; the parser stands at its end then. */
    static ByteString copy(JsonParser parser) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(bytes)) {
            copy(parser, generator);
        }
        return ByteString.copyFrom(bytes.toByteArray());
    }

    static void copy(JsonParser parser, JsonGenerator generator) throws IOException {
        try {
            generator.copyCurrentStructureExact(parser);
        } catch (com.fasterxml.jackson.core.exc.StreamWriteException e) {
            throw new WrongValueException("a text has half a surrogate pair");
        }
    }

    /** Whether the text is one JSON value. */
    static boolean isJson(ByteString text) {
        byte[] bytes = text.toByteArray();
        try (JsonParser parser = Json.FACTORY.createParser(bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // there is no I/O
        }
    }
}
