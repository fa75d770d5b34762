package org.elanus.spi.metadata;

/** An entry. @param revision of the transaction that last wrote it, 1 or more. The array is the receiver's own. */
public record MetadataEntry(String key, byte[] value, long revision) {}
