package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Searches one index, for one thread. Three ways: a walk over the graph; under a filter a walk that collects passing
 * rows alone and steps over rejected ones; and a scan of the passing rows where they are few, where it is cheaper, or
 * where a walk came home with too little.
 */
final class HnswSearcher implements VectorSearcher {

    /** The pool with which a filtered walk looks around the query first, at rows that pass and at others. */
    private static final int LOOK_AROUND = 24;

    /** Passing rows, spread evenly, from which a filtered walk begins beside those it saw around the query. */
    private static final int SEEDS = 32;

    /** Around the query fewer rows pass, by this factor, than elsewhere: the filter goes against the query. */
    private static final int AVERSE = 2;

    /** A walk that steps over one rejected row at a time needs one passing row in so many. */
    private static final int SPARSEST = 50;

    private static final int STEPS_PER_LOOK = 64;

    private static final int FUSED_ATTEMPTS = 3;

    /** Of a walk by estimates. It keeps half as many more as a walk by distances, to make up for their errors in part. */
    private static final int FEWEST_CANDIDATES = 12;

    private static final int FEW = 10;

    /**
     * For more hits a walk goes by distances, also over records: so many near rows are neighbours of each other that their
     * repeated estimates take up the pool.
     */
    private static final int MOST_FUSED = 40;

    /** Bytes of zeros behind a query. */
    private static final long PADDING = 128;

    private final HnswIndex index;
    private final VectorSpace space;
    private final Graph graph;
    private final DuplicateTable duplicates;
    private final int rows;

    private final MemorySegment queryCopy;
    private final long query;
    private float scale = 1;

    private final Visited visited;
    private final @Nullable FusedWalk fused;
    private final CandidatePool pool = new CandidatePool();
    private final CandidatePool routes = new CandidatePool();
    private final RowScan scan;
    private final int[] fresh;
    private final int[] freshRows;
    private final int[] rejected;
    private final float[] distances;

    HnswSearcher(HnswIndex index) {
        this.index = index;
        this.space = index.space();
        this.graph = index.graph();
        this.duplicates = index.duplicates();
        this.rows = graph.shape().rows();
        this.queryCopy = Arena.ofAuto().allocate(4L * space.dimension() + PADDING, 64);
        this.query = queryCopy.address();
        this.scan = new RowScan(space, rows);
        this.visited = new Visited(rows);
        FusedGraph records = index.fused();
        this.fused = records == null ? null : new FusedWalk(records, space, visited);
        int degree = Math.max(graph.degree(0), graph.shape().upperDegree());
        int room = SEEDS + 2 * degree + 1;
        this.fresh = new int[room];
        this.freshRows = new int[room];
        this.rejected = new int[degree + 1];
        this.distances = new float[room];
    }

    @Override
    public void search(
            MemorySegment vector,
            @Nullable RowFilter filter,
            int k,
            Map<String, String> parameters,
            Hits hits,
            Cancellation cancellation) {
        index.ensureOpen();
        int ef = HnswParameters.ef(parameters, k);
        hits.clear();
        int passing = filter == null ? rows : filter.cardinality();
        if (passing == 0) {
            return;
        }
        MemorySegment.copy(vector, 0, queryCopy, 0, 4L * space.dimension());
        scale = space.metric() == MetricType.COSINE ? RowWeights.inverseNorm(space, query, distances) : 1;
        @Nullable RowFilter some = passing == rows ? null : filter;
        try {
            if (SearchCost.scanIsBetter(rows, passing, ef) || !walk(ef, k, some, hits, cancellation)) {
                scan.run(query, scale, k, some, hits, cancellation);
            }
        } catch (IndexOutOfBoundsException e) {
            throw HnswIndex.rowOutOfRange(e);
        }
    }

    /** Returns false, and leaves no hits, when there may be more and better ones than a walk finds. */
    private boolean walk(int ef, int k, @Nullable RowFilter filter, Hits hits, Cancellation cancellation) {
        int passing = filter == null ? rows : filter.cardinality();
        if (filter == null || SearchCost.nearlyAllPass(rows, passing)) {
            // As many more as do not pass.
            int wider = (int) ((long) ef * rows / passing) + (filter == null ? 0 : 1);
            FusedWalk walk = fused;
            boolean found = walk == null || k > MOST_FUSED
                    ? walkByDistances(wider, filter, k, passing, hits, cancellation)
                    : walkByEstimates(walk, wider, filter, k, passing, hits, cancellation);
            if (found || filter == null) {
                return found;
            }
        }
        return walk(ef, filter, cancellation) && emit(pool, filter, k, passing, hits);
    }

    private boolean walkByDistances(
            int ef, @Nullable RowFilter filter, int k, int passing, Hits hits, Cancellation cancellation) {
        walk(ef, cancellation);
        return emit(pool, filter, k, passing, hits);
    }

    /** A row stands in the pool several times, so that a small pool can hold fewer than k of them. */
    private boolean walkByEstimates(
            FusedWalk walk,
            int ef,
            @Nullable RowFilter filter,
            int k,
            int passing,
            Hits hits,
            Cancellation cancellation) {
        int wanted = filter == null ? k : 2 * k;
        // Only rows that were gone through are found, so a large k needs more of them.
        int more = space.metric() == MetricType.IP ? 2 * ef : ef / 2;
        int candidates = Math.max(FEWEST_CANDIDATES, ef + more + 3 * Math.max(0, wanted - FEW));
        for (int attempt = 0; attempt < FUSED_ATTEMPTS; attempt++) {
            if (!walk.run(query, candidates, wanted, cancellation)) {
                return walkByDistances(ef, filter, k, passing, hits, cancellation);
            }
            if (emit(walk.nearest(), filter, k, passing, hits)) {
                return true;
            }
            candidates *= 2;
        }
        return false;
    }

    // --- the walk over all rows -----------------------------------------------------------------------------------

    private void walk(int ef, Cancellation cancellation) {
        int start = descend();
        byte[] marks = visited.marks;
        byte mark = visited.next();
        pool.reset(ef);
        fresh[0] = start;
        marks[start] = mark;
        score(1);
        long bytes = (long) graph.degree(0) << 2;
        int steps = 0;
        int row;
        while ((row = pool.expandNext()) >= 0) {
            if (++steps % STEPS_PER_LOOK == 0) {
                look(cancellation);
            }
            long list = graph.list(row);
            int count = 0;
            for (long at = list; at < list + bytes; at += 4) {
                int neighbour = OffHeap.getInt(at);
                fresh[count] = neighbour;
                count += marks[neighbour] != mark ? 1 : 0;
                marks[neighbour] = mark;
            }
            if (count > 0) {
                score(count);
            }
        }
    }

    /** Goes down the upper levels to the row nearest to the query among those seen on the way. */
    private int descend() {
        if (graph.levels() == 0) {
            return graph.entry();
        }
        byte[] marks = visited.marks;
        // What was seen on a higher level was no nearer there and is none below: one set of marks serves all levels.
        byte mark = visited.next();
        int[] counts = graph.shape().levelCounts();
        int degree = graph.shape().upperDegree();
        int best = 0;
        freshRows[0] = Objects.checkIndex(graph.upperRow(0), rows);
        space.distances(query, scale, freshRows, 0, 1, distances);
        float nearest = distances[0];
        marks[0] = mark;
        for (int level = graph.levels(); level > 0; level--) {
            int nodes = counts[level - 1];
            int node;
            do {
                node = best;
                long list = graph.upperList(level, node);
                int count = 0;
                for (int i = 0; i < degree; i++) {
                    int neighbour = OffHeap.getInt(list + ((long) i << 2));
                    if (neighbour == node) {
                        break;
                    }
                    if (marks[Objects.checkIndex(neighbour, nodes)] != mark) {
                        marks[neighbour] = mark;
                        fresh[count] = neighbour;
                        freshRows[count++] = Objects.checkIndex(graph.upperRow(neighbour), rows);
                    }
                }
                space.distances(query, scale, freshRows, 0, count, distances);
                for (int i = 0; i < count; i++) {
                    if (distances[i] < nearest) {
                        nearest = distances[i];
                        best = fresh[i];
                    }
                }
            } while (best != node);
        }
        return Objects.checkIndex(graph.upperRow(best), rows);
    }

    /** Offers the first of the fresh rows to the pool. */
    private void score(int count) {
        space.distances(query, scale, fresh, 0, count, distances);
        for (int i = 0; i < count; i++) {
            long key = CandidatePool.key(distances[i], fresh[i]);
            if (key < pool.bound()) {
                pool.insert(key);
            }
        }
    }

    // --- the walk under a filter ----------------------------------------------------------------------------------

    /** Returns false when it gave up: a scan is cheaper after all, or the passing rows do not hang together. */
    private boolean walk(int ef, RowFilter filter, Cancellation cancellation) {
        pool.reset(ef);
        if (!lookAround(filter)) {
            return false;
        }
        byte[] marks = visited.marks;
        byte mark = visited.next();
        for (int i = 0; i < pool.size(); i++) {
            marks[CandidatePool.id(pool.get(i))] = mark;
        }
        int count = seeds(filter, mark);
        score(count);
        int evaluated = count;
        int steps = 0;
        int row;
        while ((row = pool.expandNext()) >= 0) {
            if (++steps % STEPS_PER_LOOK == 0) {
                look(cancellation);
                if (evaluated > filter.cardinality()) {
                    return false;
                }
            }
            count = gather(row, filter, mark);
            if (count > 0) {
                score(count);
                evaluated += count;
            }
        }
        return pool.isFull() || pool.size() >= filter.cardinality();
    }

    /**
     * Walks among all rows to the query and puts those that pass into the pool. Returns false when there are so few of
     * them that the nearest passing rows lie beyond many others, in any direction, where no walk finds them all.
     */
    private boolean lookAround(RowFilter filter) {
        int start = descend();
        byte[] marks = visited.marks;
        byte mark = visited.next();
        long bytes = (long) graph.degree(0) << 2;
        routes.reset(LOOK_AROUND);
        fresh[0] = start;
        marks[start] = mark;
        int seen = 0;
        int passed = 0;
        int count = 1;
        int row;
        do {
            space.distances(query, scale, fresh, 0, count, distances);
            for (int i = 0; i < count; i++) {
                long key = CandidatePool.key(distances[i], fresh[i]);
                if (key < routes.bound()) {
                    routes.insert(key);
                }
                if (passes(filter, fresh[i])) {
                    passed++;
                    if (key < pool.bound()) {
                        pool.insert(key);
                    }
                }
            }
            seen += count;
            count = 0;
            while (count == 0 && (row = routes.expandNext()) >= 0) {
                long list = graph.list(row);
                for (long at = list; at < list + bytes; at += 4) {
                    int neighbour = OffHeap.getInt(at);
                    fresh[count] = neighbour;
                    count += marks[neighbour] != mark ? 1 : 0;
                    marks[neighbour] = mark;
                }
            }
        } while (count > 0);
        long expected = (long) seen * filter.cardinality() / rows;
        return (long) passed * AVERSE >= expected && (long) passed * SPARSEST >= seen;
    }

    /** Puts passing rows, spread evenly over all that pass, to the front of the fresh ones. Returns how many. */
    private int seeds(RowFilter filter, byte mark) {
        int count = 0;
        long passed = 0;
        long[] words = filter.words();
        long wanted = filter.cardinality() / (2L * SEEDS);
        for (int i = 0; i < words.length && count < SEEDS; i++) {
            int bits = Long.bitCount(words[i]);
            if (passed + bits > wanted) {
                long word = words[i];
                for (long skip = wanted - passed; skip > 0; skip--) {
                    word &= word - 1;
                }
                int row = (i << 6) + Long.numberOfTrailingZeros(word);
                // A duplicate is not in the graph.
                if (visited.marks[row] != mark && !isolated(row)) {
                    visited.marks[row] = mark;
                    fresh[count++] = row;
                }
                wanted += filter.cardinality() / SEEDS;
            }
            passed += bits;
        }
        return count;
    }

    /** Whether the row has no neighbours: it is a duplicate, or the only row. */
    private boolean isolated(int row) {
        return OffHeap.getInt(graph.list(row)) == row;
    }

    /**
     * Puts the passing rows around a row to the front of the fresh ones: its neighbours, and beyond those of them that
     * do not pass their own neighbours, until there are as many as an unfiltered step would give.
     */
    private int gather(int row, RowFilter filter, byte mark) {
        byte[] marks = visited.marks;
        int degree = graph.degree(0);
        long bytes = (long) degree << 2;
        long list = graph.list(row);
        int count = 0;
        int others = 0;
        for (long at = list; at < list + bytes; at += 4) {
            int neighbour = OffHeap.getInt(at);
            if (marks[neighbour] != mark) {
                if (passes(filter, neighbour)) {
                    marks[neighbour] = mark;
                    fresh[count++] = neighbour;
                } else {
                    rejected[others++] = neighbour;
                }
            }
        }
        for (int i = 0; i < others && count < degree; i++) {
            marks[rejected[i]] = mark;
            list = graph.list(rejected[i]);
            for (long at = list; at < list + bytes; at += 4) {
                int neighbour = OffHeap.getInt(at);
                if (marks[neighbour] != mark && passes(filter, neighbour)) {
                    marks[neighbour] = mark;
                    fresh[count++] = neighbour;
                }
            }
        }
        return count;
    }

    /** Whether the row or one of its duplicates passes. */
    private boolean passes(RowFilter filter, int row) {
        if (filter.passes(row)) {
            return true;
        }
        if (duplicates.has(row)) {
            for (int i = duplicates.first(row); i < duplicates.size() && duplicates.original(i) == row; i++) {
                if (filter.passes(duplicates.duplicate(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    // --- both -----------------------------------------------------------------------------------------------------

    /**
     * Turns what was found into hits; a row brings its duplicates along. Returns false, and leaves no hits, when they are fewer
     * than there should be.
     */
    private boolean emit(CandidatePool found, @Nullable RowFilter filter, int k, int passing, Hits hits) {
        for (int i = 0; i < found.size() && hits.size() < k; i++) {
            int row = CandidatePool.id(found.get(i));
            float score = VectorSpace.score(space.metric(), CandidatePool.distance(found.get(i)));
            if (filter == null || filter.passes(row)) {
                hits.add(row, score);
            }
            if (duplicates.has(row)) {
                for (int at = duplicates.first(row);
                        at < duplicates.size() && duplicates.original(at) == row && hits.size() < k;
                        at++) {
                    int duplicate = Objects.checkIndex(duplicates.duplicate(at), rows);
                    if (filter == null || filter.passes(duplicate)) {
                        hits.add(duplicate, score);
                    }
                }
            }
        }
        if (hits.size() < Math.min(k, passing)) {
            hits.clear();
            return false;
        }
        return true;
    }

    static void look(Cancellation cancellation) {
        if (cancellation.isCancelled()) {
            throw new ElanusException(StandardErrorCode.CANCELLED, "the search was cancelled");
        }
    }
}
