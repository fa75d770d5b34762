package org.elanus.plugin.indexhnsw;

import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Inserts nodes into a graph under construction: for one thread, beside others of its kind. Lists are read without a
 * lock, for every number in them is a node at any time; they are changed under the lock of their stripe. A node becomes
 * reachable only after all of its own lists are written.
 */
final class NodeInserter {

    private final VectorSpace space;
    private final Graph graph;
    private final LinkLengths lengths;
    private final ReentrantLock[] stripes;
    private final int m;
    private final int efConstruction;

    private final Visited visited;
    private final CandidatePool pool = new CandidatePool();
    private final int[] fresh;
    private final int[] freshRows;
    private final float[] distances;

    /** What was chosen on each level. */
    private final int[][] chosen;

    private final float[][] chosenLengths;
    private final int[] chosenCounts;

    private final long[] candidates;
    private final int[] selected;
    private final int[] selectedRows;
    private final float[] selectedLengths;
    private final float[] toSelected;

    NodeInserter(
            VectorSpace space, Graph graph, LinkLengths lengths, ReentrantLock[] stripes, HnswParameters parameters) {
        this.space = space;
        this.graph = graph;
        this.lengths = lengths;
        this.stripes = stripes;
        int rows = graph.shape().rows();
        this.m = Math.min(parameters.m(), Math.max(rows - 1, 1));
        this.efConstruction = Math.min(Math.max(parameters.efConstruction(), m), Math.max(rows, 1));
        this.visited = new Visited(rows);
        int degree = Math.max(graph.degree(0), graph.shape().upperDegree());
        fresh = new int[degree + 1];
        freshRows = new int[degree + 1];
        distances = new float[degree + 1];
        chosen = new int[graph.levels() + 1][m];
        chosenLengths = new float[graph.levels() + 1][m];
        chosenCounts = new int[graph.levels() + 1];
        candidates = new long[Math.max(degree + 1, efConstruction)];
        selected = new int[degree];
        selectedRows = new int[degree];
        selectedLengths = new float[degree];
        toSelected = new float[degree];
    }

    /**
     * Inserts a row.
     *
     * @param node its number on the levels from 1 up; not used when {@code level} is 0
     */
    void insert(int row, int node, int level) {
        int current = graph.levels() == 0 ? graph.entry() : 0;
        for (int l = graph.levels(); l > level; l--) {
            current = descend(l, current, row);
        }
        if (level == 0 && graph.levels() > 0) {
            current = graph.upperRow(current);
        }
        for (int l = level; l >= 0; l--) {
            seed(l, current, row, efConstruction);
            walk(l, row);
            chosenCounts[l] = choose(l);
            current = CandidatePool.id(pool.get(0));
            if (l == 1) {
                current = graph.upperRow(current);
            }
        }
        for (int l = 0; l <= level; l++) {
            writeOwnList(l, l == 0 ? row : node);
        }
        VarHandle.releaseFence();
        for (int l = 0; l <= level; l++) {
            for (int i = 0; i < chosenCounts[l]; i++) {
                link(l, chosen[l][i], l == 0 ? row : node, chosenLengths[l][i]);
            }
        }
    }

    /** The rows nearest to the given one that a walk on level 0 finds; valid until the next call. */
    CandidatePool nearest(int row) {
        int current = graph.levels() == 0 ? graph.entry() : 0;
        for (int l = graph.levels(); l > 0; l--) {
            current = descend(l, current, row);
        }
        seed(0, graph.levels() == 0 ? current : graph.upperRow(current), row, efConstruction);
        walk(0, row);
        return pool;
    }

    /** Goes to the nearest neighbour until none is nearer. */
    private int descend(int level, int start, int row) {
        seed(level, start, row, 1);
        walk(level, row);
        return CandidatePool.id(pool.get(0));
    }

    private void seed(int level, int start, int row, int capacity) {
        pool.reset(capacity);
        freshRows[0] = graph.row(level, start);
        space.between(row, freshRows, 0, 1, distances);
        pool.insert(CandidatePool.key(distances[0], start));
    }

    private void walk(int level, int row) {
        byte[] marks = visited.marks;
        byte mark = visited.next();
        marks[CandidatePool.id(pool.get(0))] = mark;
        long bytes = (long) graph.degree(level) << 2;
        int[] rows = level == 0 ? fresh : freshRows;
        int node;
        while ((node = pool.expandNext()) >= 0) {
            long list = graph.list(level, node);
            int count = 0;
            for (long at = list; at < list + bytes; at += 4) {
                int neighbour = OffHeap.getInt(at);
                fresh[count] = neighbour;
                count += marks[neighbour] != mark ? 1 : 0;
                marks[neighbour] = mark;
            }
            if (count == 0) {
                continue;
            }
            if (level != 0) {
                for (int i = 0; i < count; i++) {
                    freshRows[i] = graph.upperRow(fresh[i]);
                }
            }
            space.between(row, rows, 0, count, distances);
            for (int i = 0; i < count; i++) {
                long key = CandidatePool.key(distances[i], fresh[i]);
                if (key < pool.bound()) {
                    pool.insert(key);
                }
            }
        }
    }

    /** Chooses neighbours from the pool. Returns how many. */
    private int choose(int level) {
        int size = Math.min(pool.size(), candidates.length);
        for (int i = 0; i < size; i++) {
            candidates[i] = pool.get(i) & ~1L;
        }
        int count = select(level, size, m);
        System.arraycopy(selected, 0, chosen[level], 0, count);
        System.arraycopy(selectedLengths, 0, chosenLengths[level], 0, count);
        return count;
    }

    /**
     * Takes from the ascending candidates those that are nearer to the node than to any taken before, so that edges
     * lead into different directions. Returns how many.
     */
    private int select(int level, int size, int most) {
        int count = 0;
        for (int i = 0; i < size && count < most; i++) {
            int candidate = CandidatePool.id(candidates[i]);
            float length = CandidatePool.distance(candidates[i]);
            int row = graph.row(level, candidate);
            if (size > most && hasNearer(row, length, count)) {
                continue;
            }
            selected[count] = candidate;
            selectedRows[count] = row;
            selectedLengths[count++] = length;
        }
        return count;
    }

    /** Whether one of the selected is nearer to the row than the given length. */
    private boolean hasNearer(int row, float length, int count) {
        for (int from = 0; from < count; from += 4) {
            int part = Math.min(4, count - from);
            space.between(row, selectedRows, from, part, toSelected);
            for (int i = from; i < from + part; i++) {
                if (toSelected[i] < length) {
                    return true;
                }
            }
        }
        return false;
    }

    private void writeOwnList(int level, int node) {
        long list = graph.list(level, node);
        for (int i = 0; i < chosenCounts[level]; i++) {
            OffHeap.putFloat(lengths.of(level, list) + ((long) i << 2), chosenLengths[level][i]);
            OffHeap.putInt(list + ((long) i << 2), chosen[level][i]);
        }
    }

    /** Adds an edge to a list; a full one is chosen anew from what it had and the addition. */
    private void link(int level, int from, int to, float length) {
        ReentrantLock stripe = stripes[from + level * 31 & stripes.length - 1];
        stripe.lock();
        try {
            int degree = graph.degree(level);
            long list = graph.list(level, from);
            int size = 0;
            while (size < degree) {
                int neighbour = OffHeap.getInt(list + ((long) size << 2));
                if (neighbour == to) {
                    return;
                }
                if (neighbour == from) {
                    break;
                }
                size++;
            }
            long listLengths = lengths.of(level, list);
            if (size < degree) {
                OffHeap.putFloat(listLengths + ((long) size << 2), length);
                OffHeap.putInt(list + ((long) size << 2), to);
                return;
            }
            for (int i = 0; i < degree; i++) {
                candidates[i] = CandidatePool.key(
                        OffHeap.getFloat(listLengths + ((long) i << 2)), OffHeap.getInt(list + ((long) i << 2)));
            }
            candidates[degree] = CandidatePool.key(length, to);
            Arrays.sort(candidates, 0, degree + 1);
            int count = select(level, degree + 1, degree);
            for (int i = 0; i < degree; i++) {
                OffHeap.putFloat(listLengths + ((long) i << 2), i < count ? selectedLengths[i] : 0);
                OffHeap.putInt(list + ((long) i << 2), i < count ? selected[i] : from);
            }
        } finally {
            stripe.unlock();
        }
    }
}
