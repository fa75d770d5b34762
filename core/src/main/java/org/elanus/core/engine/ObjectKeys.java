package org.elanus.core.engine;

/** How objects are named in the object store. */
final class ObjectKeys {

    static final String COLLECTIONS = "collections/";

    private ObjectKeys() {}

    static String collection(long collectionId) {
        return COLLECTIONS + collectionId + "/";
    }

    private static String segment(long collectionId, long segmentId) {
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
