package org.elanus.core.engine;

import java.util.HashSet;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.Manifest;
import org.elanus.spi.storage.ObjectInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes objects that no manifest names and that are older than the grace. */
final class Garbage {

    private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

    private final EngineState state;

    Garbage(EngineState state) {
        this.state = state;
    }

    void collect() {
        long oldest = state.seams().clock().millis() - state.settings().graceMillis();
        Set<String> named = null;
        int deleted = 0;
        for (ObjectInfo object : state.objects().list(ObjectKeys.COLLECTIONS)) {
            if (object.modifiedMillis() > oldest) {
                continue;
            }
            if (named == null) {
                // After the listing: what was committed meanwhile is named, what is not yet is younger than the grace.
                named = named();
            }
            if (!named.contains(object.key())) {
                state.objects().delete(object.key());
                deleted++;
            }
        }
        if (deleted > 0) {
            LOG.info("deleted {} objects that nothing refers to", deleted);
        }
    }

    /** Deletes everything of a dropped collection; what fails is found by {@link #collect} later. */
    void dropCollection(long collectionId) {
        for (ObjectInfo object : state.objects().list(ObjectKeys.collection(collectionId))) {
            state.objects().delete(object.key());
        }
    }

    private Set<String> named() {
        Set<String> keys = new HashSet<>();
        for (CollectionEntry collection : state.catalog().all()) {
            keysOf(state.catalog().manifest(collection.id()), keys);
        }
        return keys;
    }

    static void keysOf(Manifest manifest, Set<String> keys) {
        manifest.segments().forEach(segment -> {
            keys.add(segment.dataKey());
            DeletesEntry deletes = segment.deletes();
            if (deletes != null) {
                keys.add(deletes.key());
            }
            segment.indexes().forEach(index -> index.files().forEach(file -> keys.add(file.key())));
        });
    }
}
