package org.elanus.plugin.walpulsar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells which messages are copies. After a lost connection the client sends again what was not confirmed, and the broker
 * may have it already. A producer numbers its messages upwards, so what does not go beyond its highest number is a copy.
 * For one thread.
 */
final class RepeatFilter {

    /** Owners that take turns; of one that was deposed nothing comes any more. */
    private static final int PRODUCERS = 16;

    private final Map<String, Long> highest = new LinkedHashMap<>();

    /** Whether a message of the same producer and number, or a higher one, came before. */
    boolean isRepeat(String producer, long sequence) {
        Long before = highest.get(producer);
        if (before != null && sequence <= before) {
            return true;
        }
        highest.put(producer, sequence);
        if (highest.size() > PRODUCERS) {
            highest.remove(highest.keySet().iterator().next());
        }
        return false;
    }
}
