package org.elanus.core.catalog;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** The keys of the catalog in the metadata store; docs/format-metadata.md describes them. */
final class CatalogKeys {

    static final String CLUSTER = "cluster";
    static final String IDS = "ids";
    static final String LOG = "log";
    static final String EPOCHS = "epoch/";
    static final String CHANNELS = "channel/";
    static final String DATABASES = "database/";
    static final String NAMES = "name/";
    static final String COLLECTIONS = "collection/";
    static final String MANIFESTS = "manifest/";
    private static final String HEAD = "/head";
    private static final String SEGMENT = "/segment/";

    private CatalogKeys() {}

    static String epoch(String channel) {
        return EPOCHS + channel;
    }

    /** What all notes of a channel begin with. */
    static String channel(String channel) {
        return CHANNELS + channel + "/";
    }

    static String database(String name) {
        return DATABASES + name;
    }

    static String name(String database, String name) {
        return NAMES + database + "/" + name;
    }

    static String collection(long id) {
        return COLLECTIONS + id;
    }

    /** What all keys of one manifest begin with. */
    static String manifest(long collectionId) {
        return MANIFESTS + collectionId + "/";
    }

    static String manifestHead(long collectionId) {
        return MANIFESTS + collectionId + HEAD;
    }

    static String segment(long collectionId, long segmentId) {
        return MANIFESTS + collectionId + SEGMENT + segmentId;
    }

    static boolean isManifestHead(String key) {
        return key.startsWith(MANIFESTS) && key.endsWith(HEAD);
    }

    /** The collection of a manifest's key. */
    static long collectionOfManifest(String key) {
        int end = key.indexOf('/', MANIFESTS.length());
        return number(key, key.substring(MANIFESTS.length(), Math.max(end, MANIFESTS.length())));
    }

    static long segmentId(String key) {
        return number(key, key.substring(key.lastIndexOf('/') + 1));
    }

    static long collectionId(String key) {
        return number(key, key.substring(COLLECTIONS.length()));
    }

    private static long number(String key, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ElanusException(StandardErrorCode.CORRUPT, "the metadata key '" + key + "' has no id", e);
        }
    }
}
