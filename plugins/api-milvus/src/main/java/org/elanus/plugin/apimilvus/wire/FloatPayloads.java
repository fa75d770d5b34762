package org.elanus.plugin.apimilvus.wire;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Float vectors, little-endian, that were read straight from the wire and are empty in the message itself.
 *
 * @param byField by position of the field in the request
 */
public record FloatPayloads(Map<Integer, MemorySegment> byField) {

    /** Everything is in the message. */
    public static final FloatPayloads NONE = new FloatPayloads(Map.of());

    public FloatPayloads {
        byField = Map.copyOf(byField);
    }

    static FloatPayloads of(HashMap<Integer, MemorySegment> byField) {
        return byField.isEmpty() ? NONE : new FloatPayloads(byField);
    }

    @Nullable
    MemorySegment of(int field) {
        return byField.get(field);
    }
}
