package org.elanus.plugin.indexhnsw;

import org.elanus.spi.database.MetricType;
import org.elanus.spi.runtime.Cancellation;

/**
 * A walk over fused records: it is led by estimates, which come for all neighbours of a row at once from the row's own
 * record, and keeps the rows it went through by their exact distances. A row may stand among the candidates several
 * times, with the estimates of several neighbours; it is gone through once. For one thread.
 */
final class FusedWalk {

    private static final int STEPS_PER_LOOK = 256;
    private static final float LONGEST = 1e30f;

    private final FusedGraph graph;
    private final VectorSpace space;
    private final boolean spherical;
    private final Visited visited;
    private final FusedQuery query;
    private final CandidatePool candidates = new CandidatePool();
    private final CandidatePool nearest = new CandidatePool();
    private final float[] estimates = new float[RecordShape.LANES];
    private final short[][] sums = new short[2][RecordShape.LANES];
    private final float[] room = new float[1];

    FusedWalk(FusedGraph graph, VectorSpace space, Visited visited) {
        this.graph = graph;
        this.space = space;
        this.spherical = space.metric() != MetricType.L2;
        this.visited = visited;
        int dimension = graph.shape().paddedDimension();
        this.query = new FusedQuery(dimension, new Rotation(dimension), graph.centre());
    }

    /**
     * Fills {@link #nearest()}.
     *
     * @param vector address of the query, padded with zeros
     * @param pool how many candidates are kept
     * @return false when the query is too long or too short for the numbers of a walk
     */
    boolean run(long vector, int pool, int k, Cancellation cancellation) {
        float scale = spherical ? graph.radius() * RowWeights.inverseNorm(space, vector, room) : 1;
        query.take(vector, scale);
        if (!(scale < LONGEST && query.squares < LONGEST)) {
            return false;
        }
        // What makes a distance of an inner product with the scaled query.
        float unit = space.metric() == MetricType.IP && scale > 0 ? 1 / scale : 1;
        float squares = query.squares + graph.radius() * graph.radius();
        RecordShape shape = graph.shape();
        int dimension = shape.paddedDimension();
        byte[] marks = visited.marks;
        byte mark = visited.next();
        nearest.reset(k);
        candidates.reset(pool);
        candidates.insert(CandidatePool.key(0, graph.start()));
        int steps = 0;
        int row;
        while ((row = candidates.expandNext()) >= 0) {
            if (marks[row] == mark) {
                continue;
            }
            marks[row] = mark;
            if (++steps % STEPS_PER_LOOK == 0) {
                HnswSearcher.look(cancellation);
            }
            long record = graph.record(row);
            float exact;
            long key;
            if (spherical) {
                float product = RecordKernels.dotProduct(query.address(), record, dimension);
                exact = squares - 2 * product;
                key = CandidatePool.key(-product * unit, row);
            } else {
                exact = RecordKernels.squaredDistance(query.address(), record, dimension);
                key = CandidatePool.key(exact, row);
            }
            if (key < nearest.bound()) {
                nearest.insert(key);
            }
            for (int block = 0; block < shape.blocks(); block++) {
                spread(record, block, exact, marks, mark);
            }
        }
        return true;
    }

    /** Takes 32 neighbours of a record in. */
    private void spread(long record, int block, float exact, byte[] marks, byte mark) {
        RecordShape shape = graph.shape();
        long places = 4L * RecordShape.LANES * block;
        int better = RecordKernels.scan(
                record + shape.codesOffset() + block * shape.blockBytes(),
                shape.lines(),
                query.planes,
                record + shape.addendsOffset() + places,
                record + shape.factorsOffset() + places,
                exact,
                query.slope,
                query.offset,
                candidates.boundDistance(),
                sums,
                estimates);
        long rows = record + shape.rowsOffset() + places;
        for (; better != 0; better &= better - 1) {
            int lane = Integer.numberOfTrailingZeros(better);
            int neighbour = OffHeap.getInt(rows + 4L * lane);
            if (marks[neighbour] != mark) {
                long key = CandidatePool.key(estimates[lane], neighbour);
                if (key < candidates.bound()) {
                    candidates.insert(key);
                }
            }
        }
    }

    /** The rows that the last walk found, by their distance as {@link VectorSpace#score} takes it. */
    CandidatePool nearest() {
        return nearest;
    }
}
