package org.elanus.spi.database;

/**
 * The outcome of a mutation, durable and visible to Strong reads.
 *
 * @param keys of the rows, in the order of the request; for a delete, of the deleted ones
 * @param count rows inserted, upserted or deleted
 * @param timestamp hybrid; a Session read at it sees this mutation
 */
public record MutationResult(Column keys, long count, long timestamp) {}
