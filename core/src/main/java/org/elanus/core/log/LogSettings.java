package org.elanus.core.log;

import java.time.Duration;

/**
 * How a channel treats its log.
 *
 * @param startLimit for how long opening is tried again while the log cannot be reached
 * @param firstPause between two attempts to reach a log; each pause is twice as long as the one before
 * @param longestPause between two attempts
 * @param silenceLimit a log that does not return an appended record for so long counts as lost
 * @param closeLimit for how long closing waits for what was appended before
 * @param inFlightBytes appended and not acknowledged; further appends wait
 * @param cacheBytes of the newest records that are kept for those who follow a channel
 */
public record LogSettings(
        Duration startLimit,
        Duration firstPause,
        Duration longestPause,
        Duration silenceLimit,
        Duration closeLimit,
        long inFlightBytes,
        long cacheBytes) {

    private static final long CACHE_BYTES = 64L << 20;

    /** With the usual cache. */
    public LogSettings(
            Duration startLimit,
            Duration firstPause,
            Duration longestPause,
            Duration silenceLimit,
            Duration closeLimit,
            long inFlightBytes) {
        this(startLimit, firstPause, longestPause, silenceLimit, closeLimit, inFlightBytes, CACHE_BYTES);
    }

    public static LogSettings defaults() {
        return new LogSettings(
                Duration.ofSeconds(60),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                64L << 20);
    }
}
