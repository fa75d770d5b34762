package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.segment.Segment;
import org.elanus.spi.error.ElanusException;

/** Looks at what an engine holds. */
final class Statistics {

    private Statistics() {}

    /** @param rows counts those of a collection */
    static EngineStatistics of(EngineState state, IndexBuilds builds, ToLongFunction<CollectionEntry> rows) {
        List<EngineStatistics.Collection> collections = new ArrayList<>();
        state.catalog().all().stream()
                .sorted(Comparator.comparingLong(CollectionEntry::id))
                .forEach(collection -> collections.add(new EngineStatistics.Collection(
                        collection.info().database(),
                        collection.info().name(),
                        collection.isLoaded(),
                        count(collection, rows))));
        Total growing = new Total();
        Total sealed = new Total();
        int waiting = 0;
        for (LiveCollection live : state.collections()) {
            live.segments().forEach(segment -> (segment.sealed() ? sealed : growing).add(segment));
            Optional<CollectionEntry> collection = state.catalog().find(live.id());
            waiting += collection.isEmpty() ? 0 : builds.waiting(live, collection.get());
        }
        return new EngineStatistics(
                collections,
                state.damaged(),
                growing.taken(),
                sealed.taken(),
                waiting,
                state.work().snapshot());
    }

    /** A collection that is damaged, or was dropped meanwhile, has no rows to count. */
    private static long count(CollectionEntry collection, ToLongFunction<CollectionEntry> rows) {
        try {
            return rows.applyAsLong(collection);
        } catch (ElanusException e) {
            return -1;
        }
    }

    /** A sum under way. */
    private static final class Total {
        private long count;
        private long rows;
        private long deletedRows;
        private long bytes;

        void add(Segment segment) {
            count++;
            rows += segment.rows();
            deletedRows += segment.deletedRows();
            bytes += segment.bytes();
        }

        EngineStatistics.Segments taken() {
            return new EngineStatistics.Segments(count, rows, deletedRows, bytes);
        }
    }
}
