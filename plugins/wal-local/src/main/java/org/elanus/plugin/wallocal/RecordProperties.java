package org.elanus.plugin.wallocal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** How a record's properties lie behind its payload: for each the length of its name, the name, and so the value. */
final class RecordProperties {

    private RecordProperties() {}

    static byte[] encode(Map<String, String> properties) {
        byte[][] texts = new byte[2 * properties.size()][];
        int size = 0;
        int count = 0;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            texts[count++] = property.getKey().getBytes(UTF_8);
            texts[count++] = property.getValue().getBytes(UTF_8);
        }
        for (byte[] text : texts) {
            size += Short.BYTES + text.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] text : texts) {
            bytes.putShort((short) text.length).put(text);
        }
        return bytes.array();
    }

    static Map<String, String> decode(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        Map<String, String> properties = new HashMap<>();
        while (bytes.hasRemaining()) {
            properties.put(text(bytes), text(bytes));
        }
        return properties;
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        return new String(text, UTF_8);
    }
}
