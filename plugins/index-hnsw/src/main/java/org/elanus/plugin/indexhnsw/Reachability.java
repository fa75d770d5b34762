package org.elanus.plugin.indexhnsw;

import java.util.Arrays;

/**
 * Makes every row of level 0 reachable from the entry. Choosing a full list anew can drop the only edge that led to a
 * node; such nodes are few, and each is given an edge from a reachable node near to it.
 */
final class Reachability {

    private static final int ROUNDS = 4;

    private final Graph graph;
    private final NodeLevels levels;
    private final LinkLengths lengths;
    private final int[] queue;
    private final long[] reached;
    private int queued;

    Reachability(Graph graph, NodeLevels levels, LinkLengths lengths) {
        this.graph = graph;
        this.levels = levels;
        this.lengths = lengths;
        int rows = graph.shape().rows();
        queue = new int[rows];
        reached = new long[(rows + 63) / 64];
    }

    /** Adds the missing edges. Returns how many rows stayed unreachable, which is 0 but for graphs of tiny degree. */
    int repair(NodeInserter inserter) {
        int missing = spread();
        for (int round = 0; round < ROUNDS && missing > 0; round++) {
            int[] incoming = incoming();
            for (int row = 0; row < queue.length; row++) {
                if (levels.levels[row] != NodeLevels.DUPLICATE && !isReached(row)) {
                    attach(row, inserter.nearest(row), incoming);
                }
            }
            missing = spread();
        }
        return missing;
    }

    /** Walks everything from the entry. Returns how many nodes were not reached. */
    private int spread() {
        Arrays.fill(reached, 0);
        queued = 0;
        reach(graph.levels() == 0 ? graph.entry() : graph.upperRow(0));
        drain(0);
        return levels.nodes() - queued;
    }

    private void drain(int from) {
        long bytes = (long) graph.degree(0) << 2;
        for (int i = from; i < queued; i++) {
            long list = graph.list(queue[i]);
            for (long at = list; at < list + bytes; at += 4) {
                int row = OffHeap.getInt(at);
                if (!isReached(row)) {
                    reach(row);
                }
            }
        }
    }

    private boolean isReached(int row) {
        return (reached[row >>> 6] >>> row & 1) != 0;
    }

    private void reach(int row) {
        reached[row >>> 6] |= 1L << row;
        queue[queued++] = row;
    }

    private int[] incoming() {
        int[] incoming = new int[queue.length];
        long bytes = (long) graph.degree(0) << 2;
        for (int row = 0; row < incoming.length; row++) {
            long list = graph.list(row);
            for (long at = list; at < list + bytes; at += 4) {
                int to = OffHeap.getInt(at);
                incoming[to] += to == row ? 0 : 1;
            }
        }
        return incoming;
    }

    /** Gives the row an edge from the nearest reached candidate that has room, or an edge to spare. */
    private void attach(int row, CandidatePool candidates, int[] incoming) {
        int degree = graph.degree(0);
        for (int i = 0; i < candidates.size(); i++) {
            int from = CandidatePool.id(candidates.get(i));
            if (from == row || !isReached(from)) {
                continue;
            }
            long list = graph.list(from);
            int slot = -1;
            float longest = Float.NEGATIVE_INFINITY;
            for (int j = 0; j < degree; j++) {
                int to = OffHeap.getInt(list + ((long) j << 2));
                if (to == from) {
                    slot = j;
                    break;
                }
                float length = OffHeap.getFloat(lengths.of(0, list) + ((long) j << 2));
                if (incoming[to] > 1 && length > longest) {
                    longest = length;
                    slot = j;
                }
            }
            if (slot >= 0) {
                long at = list + ((long) slot << 2);
                int replaced = OffHeap.getInt(at);
                if (replaced != from) {
                    incoming[replaced]--;
                }
                OffHeap.putFloat(lengths.of(0, at), CandidatePool.distance(candidates.get(i)));
                OffHeap.putInt(at, row);
                incoming[row]++;
                int begin = queued;
                reach(row);
                drain(begin);
                return;
            }
        }
    }
}
