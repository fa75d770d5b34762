package org.elanus.plugin.walpulsar;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.TypedMessageBuilder;
import org.elanus.spi.runtime.Randomness;
import org.jspecify.annotations.Nullable;

/**
 * How a record travels as a message. Its properties are the message's; names that begin with {@code ~} are doubled there,
 * because {@code ~} alone begins ours. The term stands in the producer's name.
 */
final class Envelope {

    /** On a message that is no record: says that an owner began, or that the log was truncated. */
    private static final String MARK = "~m";

    private static final String TRUNCATED = "~t";
    private static final String OURS = "~";
    private static final String PRODUCER = "elanus-";

    private Envelope() {}

    /** A name that no other handle has. */
    static String producerName(long term, Randomness randomness) {
        byte[] unique = new byte[8];
        randomness.secureBytes(unique);
        return PRODUCER + term + "-" + HexFormat.of().formatHex(unique);
    }

    /** The term of the owner that sent it; -1 when it is no owner's. */
    static long term(Message<?> message) {
        String name = message.getProducerName();
        if (name == null || !name.matches(PRODUCER + "\\d{1,19}-\\p{XDigit}+")) {
            return -1;
        }
        try {
            return Long.parseLong(name, PRODUCER.length(), name.indexOf('-', PRODUCER.length()), 10);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    static void mark(TypedMessageBuilder<byte[]> message) {
        message.value(new byte[0]).property(MARK, "");
    }

    static void seal(
            TypedMessageBuilder<byte[]> message, Map<String, String> properties, @Nullable Position truncated) {
        for (Map.Entry<String, String> property : properties.entrySet()) {
            String name = property.getKey();
            message.property(name.startsWith(OURS) ? OURS + name : name, property.getValue());
        }
        if (truncated != null) {
            message.property(TRUNCATED, truncated.toString());
        }
    }

    static boolean isMark(Message<?> message) {
        return message.hasProperty(MARK);
    }

    static Optional<Position> truncated(Message<?> message) {
        return Optional.ofNullable(message.getProperty(TRUNCATED)).map(Position::parse);
    }

    /** The record's own properties. */
    static Map<String, String> properties(Message<?> message) {
        Map<String, String> all = message.getProperties();
        if (all.isEmpty()) {
            return Map.of();
        }
        Map<String, String> own = new HashMap<>();
        all.forEach((name, value) -> {
            if (!name.startsWith(OURS)) {
                own.put(name, value);
            } else if (name.startsWith(OURS + OURS)) {
                own.put(name.substring(1), value);
            }
        });
        return own;
    }
}
