package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.metrics.IndexOutcome;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the indexes that definitions ask for over sealed segments that have none yet. One build at a time. */
final class IndexBuilds {

    private static final Logger LOG = LoggerFactory.getLogger(IndexBuilds.class);

    private final EngineState state;
    private final ExecutorService workers;
    private final Map<Long, String> failures = new ConcurrentHashMap<>();
    private final BackOff backOff;

    IndexBuilds(EngineState state, ExecutorService workers) {
        this.state = state;
        this.workers = workers;
        this.backOff = new BackOff(state.seams().clock());
    }

    /** Why the newest build for a definition failed; null when it did not. */
    @Nullable
    String failure(long indexId) {
        return failures.get(indexId);
    }

    /** Whether the definition wants an index over this segment. */
    boolean wants(IndexDefinition definition, Segment segment) {
        return segment.sealed()
                && state.indexTypes().builds(definition.resolvedType(), segment.rows())
                && !lacksVectors(definition, segment);
    }

    /** Rows without a vector keep a segment from having an index over it. */
    private static boolean lacksVectors(IndexDefinition definition, Segment segment) {
        return !definition.spec().metric().isEmpty()
                && segment instanceof SealedSegment sealed
                && !sealed.hasCompleteVectors(definition.spec().field());
    }

    /** How many indexes over segments of the collection are still to be built. */
    int waiting(LiveCollection live, CollectionEntry collection) {
        int waiting = 0;
        for (IndexDefinition definition : collection.indexes()) {
            for (Segment segment : live.segments()) {
                if (wants(definition, segment) && !isBuilt(live, definition, segment)) {
                    waiting++;
                }
            }
        }
        return waiting;
    }

    /** Whether the committed manifest has the index for this segment. */
    boolean isBuilt(LiveCollection live, IndexDefinition definition, Segment segment) {
        return !state.isSuspect(segment.id())
                && state.catalog()
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
                        && !isBuilt(live, definition, sealed)
                        && backOff.isDue(new Attempt(definition.id(), sealed.id()))) {
                    build(live, collection.get(), definition, sealed);
                }
            }
        }
    }

    private void build(
            LiveCollection live, CollectionEntry collection, IndexDefinition definition, SealedSegment segment) {
        long began = state.seams().clock().nanos();
        Attempt attempt = new Attempt(definition.id(), segment.id());
        String keys = keys(collection, definition, segment);
        state.underWay().add(keys);
        try {
            IndexEntry built = build(
                    collection,
                    definition,
                    segment,
                    keys,
                    () -> state.isClosing() || isObsolete(live, definition, segment));
            live.maintenance().lock();
            try {
                if (isObsolete(live, definition, segment)) {
                    return;
                }
                live.commits()
                        .commit(
                                state.catalog(),
                                ManifestEdit.builder()
                                        .addIndex(segment.id(), built)
                                        .build(),
                                () -> use(live, segment, built, definition),
                                () -> {});
            } finally {
                live.maintenance().unlock();
            }
            failures.remove(definition.id());
            backOff.succeeded(attempt);
            long nanos = state.seams().clock().nanos() - began;
            state.work().built(segment.rows(), nanos);
            state.indexed(collection, definition.resolvedType(), IndexOutcome.BUILT);
            LOG.info(
                    "built index '{}' ({}) over {} rows of collection '{}' in {} ms",
                    definition.spec().name(),
                    definition.resolvedType(),
                    segment.rows(),
                    collection.info().name(),
                    nanos / 1_000_000);
            state.events()
                    .accept(new Event.IndexBuilt(
                            state.seams().clock().millis(),
                            collection.id(),
                            segment.id(),
                            definition.spec().field(),
                            definition.resolvedType(),
                            nanos));
        } catch (RuntimeException e) {
            if (isExpected(e) && (state.isClosing() || isObsolete(live, definition, segment))) {
                LOG.debug("a build over segment {} is no longer needed", segment.id());
                return;
            }
            state.indexed(collection, definition.resolvedType(), IndexOutcome.BUILD_FAILED);
            backOff.failed(attempt);
            failures.put(definition.id(), String.valueOf(e.getMessage()));
            LOG.error(
                    "building index '{}' over segment {} of collection '{}' failed; it is tried again later",
                    definition.spec().name(),
                    segment.id(),
                    collection.info().name(),
                    e);
        } finally {
            state.underWay().remove(keys);
        }
    }

    /**
     * Lets searches use what was committed. An index that cannot be opened costs its speed, not the collection: it may
     * have been dropped in this moment, its objects included; otherwise it is built again.
     */
    private void use(LiveCollection live, SealedSegment segment, IndexEntry built, IndexDefinition definition) {
        if (wanting(live, definition).isPresent()) {
            try {
                segment.addIndex(built, definition);
            } catch (ElanusException e) {
                wanting(live, definition)
                        .ifPresent(now -> state.suspectIndexes(now, segment, String.valueOf(e.getMessage())));
                return;
            }
        }
        state.indexIsSound(segment.id());
    }

    /** The collection as it is now, when its searches use the index. */
    private Optional<CollectionEntry> wanting(LiveCollection live, IndexDefinition definition) {
        return state.catalog()
                .find(live.id())
                .filter(now -> now.isLoaded()
                        && now.loads(definition.spec().field())
                        && now.indexes().contains(definition));
    }

    /** Builds over a segment that nobody searches yet. What fails is left for later. @return what was built, open */
    List<IndexEntry> buildFor(CollectionEntry collection, SealedSegment segment) {
        List<IndexEntry> built = new ArrayList<>();
        for (IndexDefinition definition : collection.indexes()) {
            if (wants(definition, segment)) {
                long began = state.seams().clock().nanos();
                try {
                    IndexEntry entry = build(
                            collection, definition, segment, keys(collection, definition, segment), state::isClosing);
                    segment.addIndex(entry, definition);
                    built.add(entry);
                    state.work().built(segment.rows(), state.seams().clock().nanos() - began);
                    state.indexed(collection, definition.resolvedType(), IndexOutcome.BUILT);
                } catch (ElanusException e) {
                    if (!isExpected(e) || !state.isClosing()) {
                        state.indexed(collection, definition.resolvedType(), IndexOutcome.BUILD_FAILED);
                    }
                    LOG.warn(
                            "segment {} is merged without index '{}', which is built later: {}",
                            segment.id(),
                            definition.spec().name(),
                            e.getMessage());
                }
            }
        }
        return built;
    }

    /** What the keys of a new index's objects begin with. */
    private String keys(CollectionEntry collection, IndexDefinition definition, SealedSegment segment) {
        return ObjectKeys.index(
                collection.id(),
                segment.id(),
                definition.id(),
                state.unusedStamp(stamp -> ObjectKeys.index(collection.id(), segment.id(), definition.id(), stamp)));
    }

    private IndexEntry build(
            CollectionEntry collection,
            IndexDefinition definition,
            SealedSegment segment,
            String keys,
            Cancellation cancellation) {
        FieldSchema field = collection.info().schema().field(definition.spec().field());
        if (IndexTypes.isScalar(definition.resolvedType())) {
            try (MemoryAccountant.Reservation reservation =
                    state.memory().reserve("index builds", segment.estimateScalarBuildBytes(field))) {
                // On the bounded pool, so that all builds together take no more processors than they may.
                return onWorkers(() -> segment.buildScalarIndex(definition, field, keys, cancellation));
            }
        }
        long estimate;
        try (Registry.Lease<VectorIndexType> type = state.indexTypes().lease(definition.resolvedType())) {
            estimate = type.get()
                    .estimateBuildBytes(
                            segment.rows(), field.dimension(), field.type(), definition.resolvedParameters());
        }
        try (MemoryAccountant.Reservation reservation = state.memory().reserve("index builds", estimate)) {
            return segment.buildIndex(
                    definition, keys, workers, state.settings().buildThreads(), cancellation);
        }
    }

    private <T> T onWorkers(Callable<T> work) {
        try {
            return workers.submit(work).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(StandardErrorCode.CANCELLED, "building an index was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new ElanusException(StandardErrorCode.INTERNAL, "building an index failed: " + e.getCause(), e);
        }
    }

    /** One definition over one segment. */
    private record Attempt(long definition, long segment) {}

    private static boolean isExpected(RuntimeException e) {
        return e instanceof ElanusException known
                && (known.code() == StandardErrorCode.CANCELLED
                        || known.code() == StandardErrorCode.CONFLICT
                        || known.code() == StandardErrorCode.CLOSED);
    }

    private boolean isObsolete(LiveCollection live, IndexDefinition definition, SealedSegment segment) {
        Optional<CollectionEntry> collection = state.catalog().find(live.id());
        return collection.isEmpty()
                || collection.get().indexes().stream().noneMatch(index -> index.id() == definition.id())
                || live.segments().stream().noneMatch(other -> other.id() == segment.id());
    }
}
