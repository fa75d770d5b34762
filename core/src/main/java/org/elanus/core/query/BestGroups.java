package org.elanus.core.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The hits of one query by group, each group's best ones, best first and ties by primary key. For one thread. */
final class BestGroups {

    private final RowSpace space;
    private final boolean largerIsNearer;
    private final int groupSize;
    private final Map<Integer, Group> groups = new HashMap<>();

    /** @param groupSize how many hits of a group to keep */
    BestGroups(RowSpace space, boolean largerIsNearer, int groupSize) {
        this.space = space;
        this.largerIsNearer = largerIsNearer;
        this.groupSize = groupSize;
    }

    /** Adds a hit; one that is there already is left out. */
    void add(int code, long row, float score) {
        groups.computeIfAbsent(code, absent -> new Group()).add(row, score);
    }

    /** Adds a hit unless its group is not there. */
    void addToPresent(int code, long row, float score) {
        Group group = groups.get(code);
        if (group != null) {
            group.add(row, score);
        }
    }

    int size() {
        return groups.size();
    }

    boolean contains(int code) {
        return groups.containsKey(code);
    }

    /** Whether the group has as many hits as it may. */
    boolean isFull(int code) {
        Group group = groups.get(code);
        return group != null && group.size == groupSize;
    }

    boolean areFull() {
        for (Group group : groups.values()) {
            if (group.size < groupSize) {
                return false;
            }
        }
        return true;
    }

    /** Forgets all groups but the best. */
    void keepBest(int count) {
        if (groups.size() <= count) {
            return;
        }
        List<Map.Entry<Integer, Group>> order = new ArrayList<>(groups.entrySet());
        order.sort(Comparator.comparing(Map.Entry::getValue, this::compareBest));
        for (Map.Entry<Integer, Group> left : order.subList(count, order.size())) {
            groups.remove(left.getKey());
        }
    }

    /** The hits of the groups behind the first ones, group by group. */
    HitList hits(int offset) {
        List<Group> order = new ArrayList<>(groups.values());
        order.sort(this::compareBest);
        HitList hits = new HitList(largerIsNearer);
        for (Group group : order.subList(Math.min(offset, order.size()), order.size())) {
            for (int i = 0; i < group.size; i++) {
                hits.add(group.rows[i], group.scores[i]);
            }
        }
        return hits;
    }

    private int compareBest(Group left, Group right) {
        return compare(left.rows[0], left.scores[0], right.rows[0], right.scores[0]);
    }

    /** Negative when the left hit is the better one. */
    private int compare(long leftRow, float leftScore, long rightRow, float rightScore) {
        // Both zeros are one score.
        int order = Float.compare(leftScore + 0.0f, rightScore + 0.0f);
        return order != 0 ? largerIsNearer ? -order : order : space.compareKeys(leftRow, rightRow);
    }

    private final class Group {

        private long[] rows = new long[Math.min(groupSize, 2)];
        private float[] scores = new float[rows.length];
        private int size;

        void add(long row, float score) {
            int at = size;
            while (at > 0 && compare(row, score, rows[at - 1], scores[at - 1]) < 0) {
                at--;
            }
            for (int i = 0; i < size; i++) {
                if (rows[i] == row) {
                    return;
                }
            }
            if (at == groupSize) {
                return;
            }
            if (size == rows.length && size < groupSize) {
                rows = Arrays.copyOf(rows, Math.min(groupSize, size * 2));
                scores = Arrays.copyOf(scores, rows.length);
            }
            int moved = Math.min(size, groupSize - 1) - at;
            System.arraycopy(rows, at, rows, at + 1, moved);
            System.arraycopy(scores, at, scores, at + 1, moved);
            rows[at] = row;
            scores[at] = score;
            size = Math.min(size + 1, groupSize);
        }
    }
}
