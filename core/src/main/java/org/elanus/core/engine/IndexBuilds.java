package org.elanus.core.engine;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the indexes that definitions ask for over sealed segments that have none yet. One build at a time. */
final class IndexBuilds {

    private static final Logger LOG = LoggerFactory.getLogger(IndexBuilds.class);

    private final EngineState state;
    private final ExecutorService workers;
    private final Map<Long, String> failures = new ConcurrentHashMap<>();

    IndexBuilds(EngineState state, ExecutorService workers) {
        this.state = state;
        this.workers = workers;
    }

    /** Why the newest build for a definition failed; null when it did not. */
    @Nullable String failure(long indexId) {
        return failures.get(indexId);
    }

    /** Whether the definition wants an index over this segment. */
    boolean wants(IndexDefinition definition, Segment segment) {
        return segment.sealed() && state.indexTypes().builds(definition.resolvedType(), segment.rows());
    }

    /** Whether the committed manifest has the index for this segment. */
    boolean isBuilt(LiveCollection live, IndexDefinition definition, Segment segment) {
        return state.catalog()
                .manifest(live.id())
                .segment(segment.id())
                .map(entry -> entry.indexes().stream().anyMatch(index -> index.indexId() == definition.id()))
                .orElse(false);
    }

    /** Builds everything that is missing in a collection. */
    void build(LiveCollection live) {
        Optional<CollectionEntry> collection = state.catalog().find(live.id());
        if (collection.isEmpty()) {
            return;
        }
        for (IndexDefinition definition : collection.get().indexes()) {
            for (Segment segment : live.segments()) {
                if (state.isClosing()) {
                    return;
                }
                if (segment instanceof SealedSegment sealed
                        && wants(definition, sealed)
                        && !isBuilt(live, definition, sealed)) {
                    build(live, collection.get(), definition, sealed);
                }
            }
        }
    }

    private void build(
            LiveCollection live, CollectionEntry collection, IndexDefinition definition, SealedSegment segment) {
        long began = state.seams().clock().nanos();
        try {
            IndexEntry built = segment.buildIndex(
                    definition,
                    ObjectKeys.index(collection.id(), segment.id(), definition.id(), state.clock().next()),
                    workers,
                    state.settings().buildThreads(),
                    () -> state.isClosing() || isObsolete(live, definition, segment));
            live.maintenance().lock();
            try {
                if (isObsolete(live, definition, segment)) {
                    return;
                }
                state.catalog().commit(
                        collection.id(), ManifestEdit.builder().addIndex(segment.id(), built).build());
                if (state.catalog().find(live.id()).map(CollectionEntry::isLoaded).orElse(false)) {
                    segment.addIndex(built, definition);
                }
            } finally {
                live.maintenance().unlock();
            }
            failures.remove(definition.id());
            long nanos = state.seams().clock().nanos() - began;
            LOG.info("built index '{}' ({}) over {} rows of collection '{}' in {} ms",
                    definition.spec().name(), definition.resolvedType(), segment.rows(), collection.info().name(),
                    nanos / 1_000_000);
            state.events().accept(new Event.IndexBuilt(
                    state.seams().clock().millis(), collection.id(), segment.id(), definition.spec().field(),
                    definition.resolvedType(), nanos));
        } catch (ElanusException e) {
            if (isExpected(e) && (state.isClosing() || isObsolete(live, definition, segment))) {
                LOG.debug("a build over segment {} is no longer needed", segment.id());
                return;
            }
            failures.put(definition.id(), String.valueOf(e.getMessage()));
            LOG.error("building index '{}' over segment {} of collection '{}' failed; it is tried again",
                    definition.spec().name(), segment.id(), collection.info().name(), e);
        }
    }

    private static boolean isExpected(ElanusException e) {
        return e.code() == StandardErrorCode.CANCELLED
                || e.code() == StandardErrorCode.CONFLICT
                || e.code() == StandardErrorCode.CLOSED;
    }

    private boolean isObsolete(LiveCollection live, IndexDefinition definition, SealedSegment segment) {
        Optional<CollectionEntry> collection = state.catalog().find(live.id());
        return collection.isEmpty()
                || collection.get().indexes().stream().noneMatch(index -> index.id() == definition.id())
                || live.segments().stream().noneMatch(other -> other.id() == segment.id());
    }
}
