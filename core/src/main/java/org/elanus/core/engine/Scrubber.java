package org.elanus.core.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.segment.Segment;
import org.elanus.core.segment.SegmentCheck;
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
            Optional<CollectionEntry> collection = state.catalog().find(live.id());
            for (Segment segment : live.segments()) {
                present.add(segment.id());
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
        List<SegmentCheck.Finding> findings = SegmentCheck.check(
                state.objects(), entry, collection.info().schema(), collection.indexes(), state.indexTypes());
        boolean current = live.segments().stream().anyMatch(segment -> segment.id() == entry.id());
        if (!findings.isEmpty() && current && state.catalog().find(live.id()).isPresent()) {
            findings.forEach(finding -> LOG.error("segment {}: {}", entry.id(), EngineState.describe(finding)));
            state.damage(collection, EngineState.describe(findings.getFirst()));
        }
    }
}
