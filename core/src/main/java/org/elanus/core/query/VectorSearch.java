package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.elanus.core.index.ExactSearch;
import org.elanus.core.index.RowScan;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorSearcher;
import org.jspecify.annotations.Nullable;

/**
 * Runs one search plan over views: the index of a segment where there is one and enough rows pass, exact search
 * elsewhere. Large work is cut into pieces that run beside the calling thread. Hits that wait to be merged are bounded:
 * queries are taken in blocks, and of a block's pieces only so many run before their hits are merged.
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
    /** The most hits that wait to be merged. One takes up to 32 bytes, in a piece and in a list: 64 MiB in all. */
    static final long WAITING_HITS = 1L << 21;

    private final SearchPlan plan;
    private final RowSpace space;
    private final CallGuard guard;
    private final long waitingHits;
    private final MemorySegment[] queries;
    private final HitList[] lists;

    private VectorSearch(SearchPlan plan, RowSpace space, CallGuard guard, long waitingHits) {
        this.plan = plan;
        this.space = space;
        this.guard = guard;
        this.waitingHits = waitingHits;
        queries = plan.alignedQueries();
        lists = new HitList[plan.queries().rows()];
        for (int q = 0; q < lists.length; q++) {
            lists[q] = new HitList(plan.metric().largerIsNearer());
        }
    }

    /**
     * Finds the best hits of every query.
     *
     * @param wanted the positions of the views to search
     */
    static HitList[] run(SearchPlan plan, RowSpace space, List<Integer> wanted, CallGuard guard, Executor executor) {
        return run(plan, space, wanted, guard, executor, WAITING_HITS);
    }

    /** @param waitingHits the most hits that wait to be merged */
    static HitList[] run(
            SearchPlan plan,
            RowSpace space,
            List<Integer> wanted,
            CallGuard guard,
            Executor executor,
            long waitingHits) {
        List<@Nullable RowFilter> passing = PassingRows.of(space, wanted, plan.filter(), guard, executor);
        return run(plan, space, wanted, passing, guard, executor, waitingHits);
    }

    /** @param passing the rows to look at in each wanted view, in the place of those that pass the plan's filter */
    static HitList[] run(
            SearchPlan plan,
            RowSpace space,
            List<Integer> wanted,
            List<@Nullable RowFilter> passing,
            CallGuard guard,
            Executor executor) {
        return run(plan, space, wanted, passing, guard, executor, WAITING_HITS);
    }

    private static HitList[] run(
            SearchPlan plan,
            RowSpace space,
            List<Integer> wanted,
            List<@Nullable RowFilter> passing,
            CallGuard guard,
            Executor executor,
            long waitingHits) {
        VectorSearch search = new VectorSearch(plan, space, guard, waitingHits);
        long rows = 0;
        for (int i = 0; i < wanted.size(); i++) {
            rows += PassingRows.count(space.views().get(wanted.get(i)), passing.get(i));
        }
        int reach = Math.clamp(rows, 1, plan.k());
        int block = queriesAtOnce(reach, Pieces.threads(), waitingHits);
        for (int from = 0; from < search.lists.length; ) {
            int to = (int) Math.min(search.lists.length, (long) from + block);
            Block part = search.new Block(from, to);
            for (int i = 0; i < wanted.size(); i++) {
                part.divide(wanted.get(i), passing.get(i));
            }
            part.run(executor);
            from = to;
        }
        return search.lists;
    }

    /** Whether an index is asked rather than the rows that pass. */
    static boolean asksIndex(SegmentIndex index, MetricType metric, int passing, int k) {
        return index.metric() == metric && passing > Math.max(FEW_ROWS, k);
    }

    /** How many queries a block has, so that every thread can have two pieces among those whose hits wait. */
    static int queriesAtOnce(int k, int threads, long waitingHits) {
        return Math.clamp(waitingHits / (2L * threads * k), 1, SearchPlan.MAX_WINDOW);
    }

    /** Some queries over all views. */
    private final class Block {

        private final int first;
        private final int end;
        private final Column vectors;
        private final List<Piece> pieces = new ArrayList<>();
        private long cost;

        Block(int first, int end) {
            this.first = first;
            this.end = end;
            Column all = plan.queries();
            vectors = Slices.of(all, first, end - first);
        }

        void divide(int position, @Nullable RowFilter passing) {
            SegmentView view = space.views().get(position);
            int count = PassingRows.count(view, passing);
            if (count == 0) {
                return;
            }
            SegmentIndex index = view.index(plan.field().name());
            if (index != null && asksIndex(index, plan.metric(), count, plan.k())) {
                cost += INDEX_QUERY * (end - first);
                int fair = queriesAtOnce(plan.k(), Pieces.threads(), waitingHits) / Pieces.threads();
                int batch = (int) Math.clamp(fair, 1, PIECE / INDEX_QUERY);
                for (int from = first; from < end; from += batch) {
                    pieces.add(new IndexPiece(position, index, passing, count, from, Math.min(end, from + batch)));
                }
                return;
            }
            long costOfRow = (long) plan.dimensions() * (end - first);
            cost += costOfRow * count;
            long rowsOfPiece = Math.max(MIN_ROWS, PIECE / costOfRow & -Long.SIZE);
            ExactPiece open = null;
            for (RowChunk chunk : view.chunks()) {
                for (int from = 0; from < chunk.rows(); ) {
                    if (open == null || open.rows >= rowsOfPiece) {
                        open = new ExactPiece(position, passing, first, vectors, Math.min(plan.k(), count));
                        pieces.add(open);
                    }
                    int rows = (int) Math.min(chunk.rows() - from, rowsOfPiece - open.rows);
                    open.add(chunk, from, rows);
                    from += rows;
                }
            }
        }

        /** Runs the pieces, as many at a time as may leave their hits waiting, and merges after each time. */
        void run(Executor executor) {
            int done = 0;
            do {
                int next = done;
                long hits = 0;
                while (next < pieces.size()
                        && (next == done || hits + pieces.get(next).hits() <= waitingHits)) {
                    hits += pieces.get(next++).hits();
                }
                List<Piece> together = pieces.subList(done, next);
                Pieces.run(together, cost > SMALL, executor);
                for (Piece piece : together) {
                    piece.collect(lists);
                }
                for (int q = first; q < end; q++) {
                    guard.check();
                    lists[q].keepBest(plan.k(), space);
                }
                done = next;
            } while (done < pieces.size());
        }
    }

    /** Part of the work; runs once in some thread. */
    abstract static class Piece implements Runnable {

        /** The most hits that it can have. */
        abstract long hits();

        /** Moves the hits into the lists of their queries and lets go of them. */
        abstract void collect(HitList[] lists);
    }

    /** Some rows of one view, looked at for all queries of a block. */
    private final class ExactPiece extends Piece {

        private final int view;
        private final @Nullable RowFilter passing;
        private final int firstQuery;
        private final Column vectors;
        private final int k;
        private final List<Slice> slices = new ArrayList<>();
        private int rows;
        private @Nullable RowScan search;

        ExactPiece(int view, @Nullable RowFilter passing, int firstQuery, Column vectors, int k) {
            this.view = view;
            this.passing = passing;
            this.firstQuery = firstQuery;
            this.vectors = vectors;
            this.k = k;
        }

        void add(RowChunk chunk, int from, int count) {
            slices.add(new Slice(chunk, from, count));
            rows += count;
        }

        @Override
        long hits() {
            return (long) vectors.rows() * Math.min(k, rows);
        }

        @Override
        public void run() {
            RowScan scan = RowScan.of(plan.metric(), vectors, Math.min(k, rows));
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
            for (int q = 0; q < vectors.rows(); q++) {
                search.hits(q, hits);
                for (int i = 0; i < hits.size(); i++) {
                    lists[firstQuery + q].add(RowSpace.number(view, hits.row(i)), hits.score(i));
                }
            }
            search = null;
        }
    }

    /** Some rows of a chunk. @param from a multiple of 64 */
    private record Slice(RowChunk chunk, int from, int rows) {

        int firstRow() {
            return chunk.firstRow() + from;
        }

        Column vectors(SearchPlan plan) {
            return Slices.of(chunk.column(plan.field().name()), from, rows);
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
        long hits() {
            return (long) (to - from) * plan.k();
        }

        @Override
        public void run() {
            VectorSearcher searcher = index.borrow();
            try {
                for (int q = from; q < to; q++) {
                    guard.check();
                    found.add(
                            plan.range() == null ? nearest(searcher, q, plan.k()) : within(searcher, q, plan.range()));
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
            if (ef == null || Double.parseDouble(ef) >= k) {
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
                scan.scan(chunk.column(plan.field().name()), chunk.firstRow(), passing, guard::isOver);
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
            found.clear();
        }
    }
}
