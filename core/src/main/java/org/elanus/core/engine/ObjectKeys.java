package org.elanus.core.engine;

import java.util.Optional;

/** How objects are named in the object store. */
final class ObjectKeys {

    static final String COLLECTIONS = "collections/";

    private ObjectKeys() {}

    static String collection(long collectionId) {
        return COLLECTIONS + collectionId + "/";
    }

    /** The id of the collection that a key belongs to; empty when it is none of ours. */
    static Optional<Long> collectionOf(String key) {
        int end = key.indexOf('/', COLLECTIONS.length());
        if (!key.startsWith(COLLECTIONS) || end < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(key, COLLECTIONS.length(), end, 10));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    static String segment(long collectionId, long segmentId) {
        return collection(collectionId) + "segments/" + segmentId + "/";
    }

    /** @param stamp makes the name new, so that a flush that failed half-way can be repeated */
    static String data(long collectionId, long segmentId, long stamp) {
        return segment(collectionId, segmentId) + "data-" + stamp;
    }

    /** @param stamp makes the name new */
    static String deletes(long collectionId, long segmentId, long stamp) {
        return segment(collectionId, segmentId) + "deletes-" + stamp;
    }

    /** @param stamp makes the name new */
    static String index(long collectionId, long segmentId, long indexId, long stamp) {
        return segment(collectionId, segmentId) + "index-" + indexId + "-" + stamp;
    }
}
