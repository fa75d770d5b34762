package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    /**
     * A flush or merge under way has objects that no manifest names yet, and so has a commit whose outcome is unknown and
     * which will be repeated. However long that takes, and whatever the clocks say meanwhile, they are not garbage: what
     * is written is looked at only while nothing is being written.
     */
    void collect() {
        long oldest = state.seams().clock().millis() - state.settings().graceMillis();
        Map<Long, List<String>> old = new TreeMap<>();
        for (ObjectInfo object : state.objects().list(ObjectKeys.COLLECTIONS)) {
            if (object.modifiedMillis() <= oldest) {
                ObjectKeys.collectionOf(object.key())
                        .ifPresent(id ->
                                old.computeIfAbsent(id, _ -> new ArrayList<>()).add(object.key()));
            }
        }
        int deleted = 0;
        for (LiveCollection live : state.collections()) {
            List<String> keys = old.remove(live.id());
            if (keys != null && live.merging().tryLock()) {
                try {
                    deleted += collect(live, keys);
                } finally {
                    live.merging().unlock();
                }
            }
        }
        for (Map.Entry<Long, List<String>> rest : old.entrySet()) {
            if (state.catalog().find(rest.getKey()).isEmpty()) {
                rest.getValue().forEach(state.objects()::delete);
                deleted += rest.getValue().size();
            }
        }
        if (deleted > 0) {
            LOG.info("deleted {} objects that nothing refers to", deleted);
        }
    }

    private int collect(LiveCollection live, List<String> keys) {
        if (!live.maintenance().tryLock()) {
            return 0; // the next time
        }
        try {
            if (live.commits().isUnfinished() || state.catalog().find(live.id()).isEmpty()) {
                return 0;
            }
            Set<String> named = new HashSet<>();
            keysOf(state.catalog().manifest(live.id()), named);
            int deleted = 0;
            for (String key : keys) {
                if (!named.contains(key) && state.underWay().stream().noneMatch(key::startsWith)) {
                    state.objects().delete(key);
                    deleted++;
                }
            }
            return deleted;
        } finally {
            live.maintenance().unlock();
        }
    }

    /** Deletes everything of a dropped collection; what fails is found by {@link #collect} later. */
    void dropCollection(long collectionId) {
        for (ObjectInfo object : state.objects().list(ObjectKeys.collection(collectionId))) {
            state.objects().delete(object.key());
        }
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
