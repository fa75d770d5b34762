package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;

/** What a route answers: the members of the answer behind its {@code code}, which is 0. */
@FunctionalInterface
interface Answer {

    /** There is nothing to say. */
    Answer DONE = data(generator -> {
        generator.writeStartObject();
        generator.writeEndObject();
    });

    void write(JsonGenerator generator) throws IOException;

    /** One value under {@code data}. */
    static Answer data(Answer value) {
        return generator -> {
            generator.writeFieldName("data");
            value.write(generator);
        };
    }

    /** One object under {@code data}. */
    static Answer object(Answer members) {
        return data(generator -> {
            generator.writeStartObject();
            members.write(generator);
            generator.writeEndObject();
        });
    }

    static Answer names(Collection<String> names) {
        return data(generator -> {
            generator.writeStartArray();
            for (String name : names) {
                generator.writeString(name);
            }
            generator.writeEndArray();
        });
    }

    /** As it is, after the member that tells what the request cost, which is nothing here. */
    static Answer free(Answer answer) {
        return generator -> {
            generator.writeNumberField("cost", 0);
            answer.write(generator);
        };
    }
}
