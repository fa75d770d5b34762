package org.elanus.core.log;

/**
 * What a channel has done since it was opened. Every number but the last only grows.
 *
 * @param appends records handed to the log
 * @param bytes appended or replayed, headers included
 * @param failures appended records that were not acknowledged
 * @param foreign records of deposed owners that were dropped
 * @param repeats records that the log delivered again, dropped
 * @param gaps places where records were missing
 * @param recoveries how often the log was opened anew after it was lost
 * @param acknowledged records that were certain to count
 * @param acknowledgeNanos how long these took together, from their append until they were certain
 * @param longestNanos the longest of these
 * @param heldBytes appended and not acknowledged at this moment
 */
public record ChannelStatistics(
        long appends,
        long bytes,
        long failures,
        long foreign,
        long repeats,
        long gaps,
        long recoveries,
        long acknowledged,
        long acknowledgeNanos,
        long longestNanos,
        long heldBytes) {}
