package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** An index that looks at every row, and counts its searches. */
record TestIndex(TestRows.View view, String field, MetricType metric, AtomicInteger searches) implements SegmentIndex {

    @Override
    public String type() {
        return "TEST";
    }

    @Override
    public VectorSearcher borrow() {
        return this::search;
    }

    @Override
    public void giveBack(VectorSearcher searcher) {}

    private void search(
            MemorySegment query,
            @Nullable RowFilter filter,
            int k,
            Map<String, String> parameters,
            Hits hits,
            Cancellation cancellation) {
        searches.incrementAndGet();
        float[] wanted = query.toArray(FixedColumn.FLOAT);
        float[] scores = new float[view.rows()];
        for (RowChunk chunk : view.chunks()) {
            for (int i = 0; i < chunk.rows(); i++) {
                scores[chunk.firstRow() + i] = TestCollections.score(
                        metric, wanted, TestCollections.vector((FixedColumn) chunk.column(field), i));
            }
        }
        Comparator<Integer> byScore = Comparator.comparing(row -> scores[row]);
        hits.clear();
        IntStream.range(0, view.rows())
                .filter(row -> filter == null || filter.passes(row))
                .boxed()
                .sorted(metric.largerIsNearer() ? byScore.reversed() : byScore)
                .limit(k)
                .forEach(row -> hits.add(row, scores[row]));
    }
}
