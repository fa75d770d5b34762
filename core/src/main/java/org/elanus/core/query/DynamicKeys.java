package org.elanus.core.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;

/** Cuts JSON objects down to some of their keys. */
final class DynamicKeys {

    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    private DynamicKeys() {}

    static VariableColumn keep(VariableColumn objects, Set<String> keys) {
        List<byte[]> kept = new ArrayList<>(objects.rows());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int row = 0; row < objects.rows(); row++) {
            out.reset();
            if (!objects.isNull(row)) {
                copy(objects.getBytes(row), keys, out);
            }
            kept.add(out.toByteArray());
        }
        VariableColumn column = Columns.bytes(objects.type(), kept);
        MemorySegment validity = objects.validity();
        return new VariableColumn(column.type(), column.rows(), column.offsets(), column.bytes(), validity);
    }

    private static void copy(byte[] object, Set<String> keys, ByteArrayOutputStream out) {
        try (JsonParser parser = JSON.createParser(object);
                JsonGenerator generator = JSON.createGenerator(out)) {
            generator.writeStartObject();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    parser.nextToken();
                    if (keys.contains(key)) {
                        generator.writeFieldName(key);
                        generator.copyCurrentStructureExact(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            generator.writeEndObject();
        } catch (IOException e) {
            throw ElanusException.corrupt(
                    "the dynamic field holds text that is not JSON: %s", String.valueOf(e.getMessage()));
        }
    }
}
