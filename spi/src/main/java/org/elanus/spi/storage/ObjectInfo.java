package org.elanus.spi.storage;

/** A listed object. @param modifiedMillis milliseconds since 1970, by the store's clock */
public record ObjectInfo(String key, long size, long modifiedMillis) {}
