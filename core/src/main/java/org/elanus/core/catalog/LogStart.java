package org.elanus.core.catalog;

/**
 * Where a database's records begin in a log that it moved to.
 *
 * @param epoch of the owner that claimed the channel there
 * @param claim the record by which it did; everything before it is in segments
 */
public record LogStart(long epoch, Checkpoint claim) {}
