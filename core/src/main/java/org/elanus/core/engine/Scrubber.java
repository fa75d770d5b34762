package org.elanus.core.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentCheck;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every sealed segment once in the background and checks every checksum, so that opening need not. A collection
 * with a damaged segment is taken out of service instead of answering from it. For one thread.
 */
final class Scrubber {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

    private final EngineState state;
    private final Set<Long> checked = new HashSet<>();

    Scrubber(EngineState state) {
        this.state = state;
    }

    void scrub() {
        Set<Long> present = new HashSet<>();
        for (LiveCollection live : state.collections()) {
            for (Segment segment : live.segments()) {
                present.add(segment.id());
                Optional<CollectionEntry> collection = state.catalog().find(live.id());
                if (state.isClosing() || collection.isEmpty()) {
                    return;
                }
                if (segment.sealed() && !state.isDamaged(live.id()) && checked.add(segment.id())) {
                    state.catalog()
                            .manifest(live.id())
                            .segment(segment.id())
                            .ifPresent(entry -> check(live, collection.get(), entry));
                }
            }
        }
        checked.retainAll(present);
    }

    private void check(LiveCollection live, CollectionEntry collection, SegmentEntry entry) {
        List<SegmentCheck.Finding> damage = data(collection, entry);
        if (!damage.isEmpty()) {
            damage = data(collection, entry); // a read that failed once may succeed
        }
        SealedSegment segment = current(live, entry.id());
        if (segment == null || state.catalog().find(live.id()).isEmpty()) {
            return;
        }
        if (!damage.isEmpty()) {
            damage.forEach(finding -> LOG.error("segment {}: {}", entry.id(), EngineState.describe(finding)));
            state.damage(collection, EngineState.codeOf(damage.getFirst()), EngineState.describe(damage.getFirst()));
            return;
        }
        List<IndexEntry> present = entry.indexes().stream()
                .filter(index -> state.indexTypes().knows(index.type())
                        && collection.indexes().stream().anyMatch(defined -> defined.id() == index.indexId()))
                .toList();
        List<SegmentCheck.Finding> findings = SegmentCheck.check(
                state.objects(),
                entry.withIndexes(present),
                collection.info().schema(),
                collection.indexes(),
                state.indexTypes());
        if (!findings.isEmpty() && current(live, entry.id()) != null) {
            state.suspectIndexes(collection, segment, EngineState.describe(findings.getFirst()));
        }
    }

    /** What is wrong with rows and deletes. */
    private List<SegmentCheck.Finding> data(CollectionEntry collection, SegmentEntry entry) {
        return SegmentCheck.check(
                state.objects(),
                entry.withIndexes(List.of()),
                collection.info().schema(),
                List.of(),
                state.indexTypes());
    }

    private static @Nullable SealedSegment current(LiveCollection live, long segmentId) {
        for (Segment segment : live.segments()) {
            if (segment.id() == segmentId && segment instanceof SealedSegment sealed) {
                return sealed;
            }
        }
        return null;
    }
}
