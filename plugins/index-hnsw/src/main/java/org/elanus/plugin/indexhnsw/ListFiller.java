package org.elanus.plugin.indexhnsw;

import org.elanus.spi.database.MetricType;

/**
 * Fills up the lists of level 0, for the codes of a record are all scored, whether they stand for somebody or not: with
 * neighbours of neighbours, first those that lead into directions of their own by an ever weaker rule, then the nearest.
 * What the list has stays. For one thread.
 */
final class ListFiller {

    /** How many times nearer to another neighbour than to the row itself a candidate may be, squared. */
    private static final float[] RELAXED = {1.1f * 1.1f, 1.2f * 1.2f, 1.35f * 1.35f};

    /** Candidates for each free place, and beside them. */
    private static final int CANDIDATES = 2;

    private static final int MORE = 16;

    private final VectorSpace space;
    private final Graph graph;
    private final int degree;
    private final Visited visited;
    private final CandidatePool pool = new CandidatePool();
    private final int[] taken;
    private final int[] fresh;
    private final float[] distances;
    private final int[] candidates;
    private final float[] lengths;
    private final float[] nearest;

    /** @param degree places of a full list, at least as many as the lists of the graph have */
    ListFiller(VectorSpace space, Graph graph, int degree) {
        this.space = space;
        this.graph = graph;
        this.degree = degree;
        int own = graph.degree(0);
        this.visited = new Visited(graph.shape().rows());
        this.taken = new int[degree];
        this.fresh = new int[own * own + 1];
        this.distances = new float[Math.max(own * own, degree) + 1];
        int most = CANDIDATES * degree + MORE;
        this.candidates = new int[most];
        this.lengths = new float[most];
        this.nearest = new float[most];
    }

    /** Writes the full list of a row; places that nobody can be found for hold the row itself. */
    void fill(int row, long out) {
        int count = own(row);
        if (count > 0 && count < degree) {
            count = add(row, count);
        }
        for (int i = 0; i < degree; i++) {
            OffHeap.putInt(out + 4L * i, i < count ? taken[i] : row);
        }
    }

    private int own(int row) {
        long list = graph.list(row);
        int count = 0;
        while (count < graph.degree(0)) {
            int neighbour = OffHeap.getInt(list + 4L * count);
            if (neighbour == row) {
                break;
            }
            taken[count++] = neighbour;
        }
        return count;
    }

    private int add(int row, int owned) {
        int size = gather(row, owned);
        for (int i = 0; i < size; i++) {
            nearest[i] = nearestTaken(candidates[i], owned);
        }
        int count = owned;
        for (int round = 0; round < RELAXED.length && count < degree; round++) {
            for (int i = 0; i < size && count < degree; i++) {
                if (candidates[i] >= 0 && nearest[i] * RELAXED[round] >= lengths[i]) {
                    taken[count++] = candidates[i];
                    candidates[i] = -1;
                    narrow(taken[count - 1], size);
                }
            }
        }
        for (int i = 0; i < size && count < degree; i++) {
            if (candidates[i] >= 0) {
                taken[count++] = candidates[i];
            }
        }
        return count;
    }

    /** Puts the nearest neighbours of neighbours to the front of the candidates, ascending. Returns how many. */
    private int gather(int row, int owned) {
        byte[] marks = visited.marks;
        byte mark = visited.next();
        marks[row] = mark;
        for (int i = 0; i < owned; i++) {
            marks[taken[i]] = mark;
        }
        int count = 0;
        long bytes = 4L * graph.degree(0);
        for (int i = 0; i < owned; i++) {
            long list = graph.list(taken[i]);
            for (long at = list; at < list + bytes; at += 4) {
                int other = OffHeap.getInt(at);
                fresh[count] = other;
                count += marks[other] != mark ? 1 : 0;
                marks[other] = mark;
            }
        }
        pool.reset(CANDIDATES * (degree - owned) + MORE);
        space.between(row, fresh, 0, count, distances);
        for (int i = 0; i < count; i++) {
            long key = CandidatePool.key(distances[i], fresh[i]);
            if (key < pool.bound()) {
                pool.insert(key);
            }
        }
        for (int i = 0; i < pool.size(); i++) {
            candidates[i] = CandidatePool.id(pool.get(i));
            lengths[i] = squared(CandidatePool.distance(pool.get(i)));
        }
        return pool.size();
    }

    private float nearestTaken(int candidate, int count) {
        space.between(candidate, taken, 0, count, distances);
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, distances[i]);
        }
        return squared(least);
    }

    /** Somebody was taken: the other candidates may be near to him. */
    private void narrow(int added, int size) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (candidates[i] >= 0) {
                fresh[count++] = candidates[i];
            }
        }
        space.between(added, fresh, 0, count, distances);
        int at = 0;
        for (int i = 0; i < size; i++) {
            if (candidates[i] >= 0) {
                nearest[i] = Math.min(nearest[i], squared(distances[at++]));
            }
        }
    }

    /** A number in proportion to the squared distance that a distance between rows stands for. */
    private float squared(float distance) {
        return space.metric() == MetricType.COSINE ? 1 + distance : distance;
    }
}
