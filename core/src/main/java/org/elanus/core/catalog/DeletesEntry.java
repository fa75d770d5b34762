package org.elanus.core.catalog;

/**
 * All deletes of one segment up to a point in time, in one object.
 *
 * @param count deleted rows
 * @param maxTimestamp the newest delete in it
 */
public record DeletesEntry(String key, long bytes, int checksum, int count, long maxTimestamp) {}
