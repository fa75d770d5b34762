package org.elanus.core.catalog;

/** How much of everything there may be; the defaults of Milvus 2.6. */
final class Limits {

    static final int NAME_BYTES = 255;
    static final int DESCRIPTION_BYTES = 1024;
    static final int FIELDS = 64;
    static final int VECTOR_FIELDS = 10;
    static final int MIN_DIMENSION = 2;
    static final int MAX_DIMENSION = 32_768;
    static final int MIN_BINARY_DIMENSION = 8;
    static final int MAX_BINARY_DIMENSION = 262_144;
    static final int VARCHAR_BYTES = 65_535;
    static final int ARRAY_CAPACITY = 4_096;
    static final int SHARDS = 16;
    static final int PARTITIONS = 1_024;
    static final int DEFAULT_KEY_PARTITIONS = 16;
    static final int DATABASES = 64;
    static final int COLLECTIONS = 65_536;
    static final long TIME_TO_LIVE_SECONDS = 3_155_760_000L;

    /** The id of the first field; the lower ones are the system's. */
    static final long FIRST_FIELD_ID = 100;

    private Limits() {}
}
