package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.elanus.core.index.ExactSearch;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorSearcher;
import org.jspecify.annotations.Nullable;

/**
 * Runs one search plan over views: the index of a segment where there is one and enough rows pass, exact search
 * elsewhere. Large work is cut into pieces that run beside the calling thread.
 */
final class VectorSearch {

    /** Below so many passing rows, looking at all of them is as quick as an index and exact. */
    private static final int FEW_ROWS = 1024;
    /** The multiply-adds of one piece of exact work, some milliseconds. */
    private static final long PIECE = 32L << 20;
    /** Work up to this, about a millisecond, stays in the calling thread. */
    private static final long SMALL = 8L << 20;
    /** The fewest rows of a piece, a multiple of 64. */
    private static final long MIN_ROWS = 4096;
    /** What a query over an index is taken to cost, in multiply-adds. */
    private static final long INDEX_QUERY = 1L << 19;

    private final SearchPlan plan;
    private final RowSpace space;
    private final CallGuard guard;
    private final MemorySegment[] queries;
    private final List<Piece> pieces = new ArrayList<>();
    private final HitList[] lists;
    private long cost;

    private VectorSearch(SearchPlan plan, RowSpace space, CallGuard guard) {
        this.plan = plan;
        this.space = space;
        this.guard = guard;
        queries = plan.alignedQueries();
        lists = new HitList[queries.length];
        for (int q = 0; q < lists.length; q++) {
            lists[q] = new HitList(plan.metric().largerIsNearer());
        }
    }

    /**
     * Finds the best hits of every query.
     *
     * @param wanted the positions of the views to search
     */
    static HitList[] run(
            SearchPlan plan, RowSpace space, List<Integer> wanted, CallGuard guard, Executor executor) {
        VectorSearch search = new VectorSearch(plan, space, guard);
        List<@Nullable RowFilter> passing = PassingRows.of(space, wanted, plan.filter(), guard, executor);
        for (int i = 0; i < wanted.size(); i++) {
            search.divide(wanted.get(i), passing.get(i));
        }
        Pieces.run(search.pieces, search.cost > SMALL, executor);
        for (Piece piece : search.pieces) {
            piece.collect(search.lists);
        }
        for (HitList list : search.lists) {
            guard.check();
            list.keepBest(plan.k(), space);
        }
        return search.lists;
    }

    private void divide(int position, @Nullable RowFilter passing) {
        SegmentView view = space.views().get(position);
        int count = PassingRows.count(view, passing);
        if (count == 0) {
            return;
        }
        SegmentIndex index = view.index(plan.field().name());
        if (index != null && index.metric() == plan.metric() && count > Math.max(FEW_ROWS, plan.k())) {
            cost += INDEX_QUERY * queries.length;
            int batch = (int) Math.max(1, PIECE / INDEX_QUERY);
            for (int from = 0; from < queries.length; from += batch) {
                pieces.add(new IndexPiece(
                        position, index, passing, count, from, Math.min(queries.length, from + batch)));
            }
            return;
        }
        long costOfRow = (long) plan.field().dimension() * queries.length;
        cost += costOfRow * count;
        long rowsOfPiece = Math.max(MIN_ROWS, PIECE / costOfRow & -Long.SIZE);
        ExactPiece open = null;
        for (RowChunk chunk : view.chunks()) {
            for (int from = 0; from < chunk.rows(); ) {
                if (open == null || open.rows >= rowsOfPiece) {
                    open = new ExactPiece(position, passing, Math.min(plan.k(), count));
                    pieces.add(open);
                }
                int rows = (int) Math.min(chunk.rows() - from, rowsOfPiece - open.rows);
                open.add(chunk, from, rows);
                from += rows;
            }
        }
    }

    /** Part of the work; runs once in some thread. */
    abstract static class Piece implements Runnable {

        abstract void collect(HitList[] lists);
    }

    /** Some rows of one view, looked at for all queries. */
    private final class ExactPiece extends Piece {

        private final int view;
        private final @Nullable RowFilter passing;
        private final int k;
        private final List<Slice> slices = new ArrayList<>();
        private int rows;
        private @Nullable ExactSearch search;

        ExactPiece(int view, @Nullable RowFilter passing, int k) {
            this.view = view;
            this.passing = passing;
            this.k = k;
        }

        void add(RowChunk chunk, int from, int count) {
            slices.add(new Slice(chunk, from, count));
            rows += count;
        }

        @Override
        public void run() {
            ExactSearch scan = ExactSearch.of(plan.metric(), plan.queries(), Math.min(k, rows));
            ScoreRange range = plan.range();
            if (range != null) {
                scan.within(range.radius(), range.rangeFilter());
            }
            for (Slice slice : slices) {
                scan.scan(slice.vectors(plan), slice.firstRow(), passing, guard::isOver);
            }
            search = scan;
        }

        @Override
        void collect(HitList[] lists) {
            if (search == null) {
                throw new IllegalStateException("not run");
            }
            Hits hits = new Hits();
            for (int q = 0; q < lists.length; q++) {
                search.hits(q, hits);
                for (int i = 0; i < hits.size(); i++) {
                    lists[q].add(RowSpace.number(view, hits.row(i)), hits.score(i));
                }
            }
        }
    }

    /** Some rows of a chunk. @param from a multiple of 64 */
    private record Slice(RowChunk chunk, int from, int rows) {

        int firstRow() {
            return chunk.firstRow() + from;
        }

        FixedColumn vectors(SearchPlan plan) {
            FixedColumn whole = (FixedColumn) chunk.column(plan.field().name());
            if (from == 0 && rows == chunk.rows()) {
                return whole;
            }
            MemorySegment validity = whole.validity();
            return new FixedColumn(
                    whole.type(),
                    rows,
                    whole.width(),
                    whole.data().asSlice((long) from * whole.width(), (long) rows * whole.width()),
                    validity == null ? null : validity.asSlice(from >>> 3));
        }
    }

    /** Some queries over the index of one view. */
    private final class IndexPiece extends Piece {

        private final int view;
        private final SegmentIndex index;
        private final @Nullable RowFilter passing;
        private final int count;
        private final int from;
        private final int to;
        private final List<Hits> found = new ArrayList<>();

        IndexPiece(int view, SegmentIndex index, @Nullable RowFilter passing, int count, int from, int to) {
            this.view = view;
            this.index = index;
            this.passing = passing;
            this.count = count;
            this.from = from;
            this.to = to;
        }

        @Override
        public void run() {
            VectorSearcher searcher = index.borrow();
            try {
                for (int q = from; q < to; q++) {
                    guard.check();
                    found.add(plan.range() == null ? nearest(searcher, q, plan.k()) : within(searcher, q, plan.range()));
                }
            } finally {
                index.giveBack(searcher);
            }
        }

        private Hits nearest(VectorSearcher searcher, int query, int k) {
            Hits hits = new Hits();
            searcher.search(queries[query], passing, k, effort(k), hits, guard::isOver);
            guard.check();
            return hits;
        }

        /** An index never looks at fewer candidates than it shall return. */
        private Map<String, String> effort(int k) {
            String ef = plan.parameters().get("ef");
            if (k <= plan.k() || ef == null || Double.parseDouble(ef) >= k) {
                return plan.parameters();
            }
            Map<String, String> raised = new HashMap<>(plan.parameters());
            raised.put("ef", Integer.toString(k));
            return raised;
        }

        /** Asks for more and more until the hits reach beyond the radius; when that takes many, looks at all rows. */
        private Hits within(VectorSearcher searcher, int query, ScoreRange range) {
            for (int k = plan.k(); k <= count / 4; k = Math.multiplyExact(k, 4)) {
                Hits hits = nearest(searcher, query, k);
                Hits inside = new Hits();
                for (int i = 0; i < hits.size() && inside.size() < plan.k(); i++) {
                    if (range.contains(hits.score(i))) {
                        inside.add(hits.row(i), hits.score(i));
                    }
                }
                boolean exhausted = hits.size() < k || range.isBeyond(hits.score(hits.size() - 1));
                if (exhausted || inside.size() == plan.k()) {
                    return inside;
                }
            }
            ExactSearch scan = new ExactSearch(plan.field().type(), plan.field().dimension(), plan.metric());
            scan.begin(queries[query], 1, Math.min(plan.k(), count));
            scan.within(range.radius(), range.rangeFilter());
            for (RowChunk chunk : space.views().get(view).chunks()) {
                scan.scan(
                        (FixedColumn) chunk.column(plan.field().name()), chunk.firstRow(), passing, guard::isOver);
            }
            Hits hits = new Hits();
            scan.hits(0, hits);
            return hits;
        }

        @Override
        void collect(HitList[] lists) {
            for (int q = from; q < to; q++) {
                Hits hits = found.get(q - from);
                for (int i = 0; i < hits.size(); i++) {
                    lists[q].add(RowSpace.number(view, hits.row(i)), hits.score(i));
                }
            }
        }
    }
}
