package org.elanus.testkit.net;

import java.time.Duration;

/**
 * What a {@link FaultProxy} does to the bytes of one direction.
 *
 * @param delayFrom every chunk waits at least as long
 * @param delayTo and at most as long
 * @param stalled bytes are held and go on later, as when packets are lost and sent again
 * @param dropped bytes are swallowed while the connection stays up; a connection that lost bytes never delivers any more
 * @param duplicateChance how often, from 0 to 1, a chunk comes twice
 * @param bytesPerSecond 0 for no limit
 * @param truncateAfter both ends are closed, mid-stream, once a connection has passed so many bytes; negative for never
 */
public record Faults(
        Duration delayFrom,
        Duration delayTo,
        boolean stalled,
        boolean dropped,
        double duplicateChance,
        long bytesPerSecond,
        long truncateAfter) {

    public static final Faults NONE = new Faults(Duration.ZERO, Duration.ZERO, false, false, 0, 0, -1);

    public Faults {
        if (delayFrom.isNegative() || delayTo.compareTo(delayFrom) < 0) {
            throw new IllegalArgumentException(
                    "a delay runs from 0 or more to at least as much, not from " + delayFrom + " to " + delayTo);
        }
        if (!(duplicateChance >= 0 && duplicateChance <= 1)) {
            throw new IllegalArgumentException("duplicateChance must be from 0 to 1, not " + duplicateChance);
        }
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytesPerSecond must be 0 or more, not " + bytesPerSecond);
        }
    }

    public Faults delay(Duration from, Duration to) {
        return new Faults(from, to, stalled, dropped, duplicateChance, bytesPerSecond, truncateAfter);
    }

    public Faults stall() {
        return new Faults(delayFrom, delayTo, true, dropped, duplicateChance, bytesPerSecond, truncateAfter);
    }

    public Faults drop() {
        return new Faults(delayFrom, delayTo, stalled, true, duplicateChance, bytesPerSecond, truncateAfter);
    }

    public Faults duplicate(double chance) {
        return new Faults(delayFrom, delayTo, stalled, dropped, chance, bytesPerSecond, truncateAfter);
    }

    public Faults throttle(long limit) {
        return new Faults(delayFrom, delayTo, stalled, dropped, duplicateChance, limit, truncateAfter);
    }

    public Faults truncate(long bytes) {
        return new Faults(delayFrom, delayTo, stalled, dropped, duplicateChance, bytesPerSecond, bytes);
    }
}
