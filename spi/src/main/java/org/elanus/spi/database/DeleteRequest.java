package org.elanus.spi.database;

/** Rows to delete. @param partition empty for all */
public record DeleteRequest(String collection, String partition, Filter filter) {}
