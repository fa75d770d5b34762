package org.elanus.spi.wal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What is appended: a payload and a few named texts beside it. The pieces, in order, form one payload; none, or none but
 * empty ones, form an empty payload. Their memory belongs to the caller, is only read, and stays unchanged and alive
 * until the append has completed.
 *
 * @param payload the pieces; may be any kind of memory, also a thread's own
 * @param properties at most {@value #MAX_PROPERTIES}, names not empty, names and values together at most
 *     {@value #MAX_PROPERTY_BYTES} bytes of UTF-8; not counted in {@link WalCapabilities#maxRecordBytes()}
 */
public record WalRecord(List<MemorySegment> payload, Map<String, String> properties) {

    public static final int MAX_PROPERTIES = 32;
    public static final int MAX_PROPERTY_BYTES = 4 << 10;

    /** @throws IllegalArgumentException naming the limit that the properties break */
    public WalRecord {
        payload = List.copyOf(payload);
        properties = Map.copyOf(properties);
        if (!properties.isEmpty()) {
            requireFit(properties);
        }
    }

    /** A record without properties. */
    public WalRecord(List<MemorySegment> payload) {
        this(payload, Map.of());
    }

    /** The payload's length in bytes. */
    public long byteSize() {
        long size = 0;
        for (MemorySegment piece : payload) {
            size += piece.byteSize();
        }
        return size;
    }

    private static void requireFit(Map<String, String> properties) {
        if (properties.size() > MAX_PROPERTIES) {
            throw new IllegalArgumentException("a log record has %d properties, over the limit of %d"
                    .formatted(properties.size(), MAX_PROPERTIES));
        }
        long bytes = 0;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            if (property.getKey().isEmpty()) {
                throw new IllegalArgumentException("the name of a log record's property is empty");
            }
            bytes += encodedBytes(property.getKey(), property.getKey());
            bytes += encodedBytes(property.getKey(), property.getValue());
        }
        if (bytes > MAX_PROPERTY_BYTES) {
            throw new IllegalArgumentException("the properties of a log record have %d bytes, over the limit of %d"
                    .formatted(bytes, MAX_PROPERTY_BYTES));
        }
    }

    private static long encodedBytes(String name, String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return encoded.remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("property '" + name + "' of a log record is not valid Unicode text", e);
        }
    }
}
