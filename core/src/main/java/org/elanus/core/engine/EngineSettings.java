package org.elanus.core.engine;

/**
 * What an operator sets about segments.
 *
 * @param sealBytes a shard's growing rows are flushed from this size on
 * @param idleMillis they are flushed when nothing was written for so long
 * @param laggardMillis they are flushed when the log holds them for so long
 * @param laggardBytes they are flushed when the log holds so much
 * @param physicalChannels of the log, fixed when the database is created
 * @param buildThreads that build indexes and merge segments
 * @param graceMillis how old an object must be before it is deleted because no manifest names it
 */
public record EngineSettings(
        long sealBytes,
        long idleMillis,
        long laggardMillis,
        long laggardBytes,
        int physicalChannels,
        int buildThreads,
        long graceMillis) {

    public static EngineSettings defaults() {
        return new EngineSettings(
                512L << 20,
                600_000,
                600_000,
                1L << 30,
                2,
                Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
                3_600_000);
    }
}
