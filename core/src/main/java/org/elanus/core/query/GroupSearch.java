package org.elanus.core.query;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntPredicate;
import org.elanus.core.index.RowScan;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/**
 * Finds the groups with the best hits, and the best hits of each. For one thread.
 *
 * <p>First come the best hits as in any search. While they are of too few groups, the rows of groups that have all their
 * hits are left out and the search goes on among the others; when the groups are found, the rows of those that lack hits
 * are searched alone. Each round fills a group at least; after some rounds, or when an index gives less than it was asked
 * for, all rows are looked at once. So a group lacks hits only when there are no more, and groups are missing only when
 * there are none.
 */
final class GroupSearch {

    /** Rounds after which looking at all rows once is taken to be cheaper. */
    private static final int MAX_ROUNDS = 5;
    /** Rows of a block whose hits are all ranked. */
    private static final int BLOCK_ROWS = 1 << 14;

    private final SearchPlan plan;
    private final GroupBy by;
    private final RowSpace space;
    private final List<Integer> wanted;
    private final CallGuard guard;
    private final Executor executor;
    private final GroupCodes codes;
    private final List<@Nullable RowFilter> passing;

    GroupSearch(SearchPlan plan, GroupBy by, RowSpace space, List<Integer> wanted, CallGuard guard, Executor executor) {
        this.plan = plan;
        this.by = by;
        this.space = space;
        this.wanted = wanted;
        this.guard = guard;
        this.executor = executor;
        codes = new GroupCodes(by, space, guard);
        passing = PassingRows.of(space, wanted, plan.filter(), guard, executor);
    }

    /** @param groups how many groups of a query to find @param offset how many of them to leave out */
    HitList[] run(int groups, int offset) {
        int first = reach(groups * by.size() + Math.min(groups, 16), passing);
        HitList[] found = VectorSearch.run(plan.withK(first), space, wanted, passing, guard, executor);
        HitList[] hits = new HitList[found.length];
        for (int q = 0; q < hits.length; q++) {
            hits[q] = new Query(q, groups).run(found[q], first).hits(offset);
        }
        return hits;
    }

    /** At most as many hits as rows can give. */
    private int reach(int k, List<@Nullable RowFilter> rows) {
        return (int) Math.clamp(count(rows), 1, (long) k);
    }

    private long count(List<@Nullable RowFilter> rows) {
        long count = 0;
        for (int i = 0; i < wanted.size(); i++) {
            count += PassingRows.count(space.views().get(wanted.get(i)), rows.get(i));
        }
        return count;
    }

    private boolean hasIndex() {
        for (int position : wanted) {
            SegmentIndex index = space.views().get(position).index(plan.field().name());
            if (index != null) {
                return true;
            }
        }
        return false;
    }

    /** The passing rows whose groups are let in. */
    private List<@Nullable RowFilter> among(IntPredicate groups) {
        List<@Nullable RowFilter> among = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            guard.check();
            int rows = space.views().get(wanted.get(i)).rows();
            RowFilter before = passing.get(i);
            int[] codeOf = codes.ofView(wanted.get(i), before);
            long[] words = new long[rows + 63 >>> 6];
            int count = 0;
            for (int row = 0; row < rows; row++) {
                if ((before == null || before.passes(row)) && groups.test(codeOf[row])) {
                    words[row >>> 6] |= 1L << row;
                    count++;
                }
            }
            among.add(new RowFilter(words, count));
        }
        return among;
    }

    /** One query. */
    private final class Query {

        private final SearchPlan single;
        private final int groups;
        private final BestGroups best;

        Query(int number, int groups) {
            this.groups = groups;
            single = plan.withQueries(plan.query(number));
            best = new BestGroups(space, plan.metric().largerIsNearer(), by.size());
        }

        /** @param hits the best @param asked how many there would be, were there enough */
        BestGroups run(HitList hits, int asked) {
            collect(hits);
            findGroups(asked, hits.size() < asked);
            best.keepBest(groups);
            fillGroups();
            return best;
        }

        private void collect(HitList hits) {
            for (int i = 0; i < hits.size(); i++) {
                best.add(codes.of(hits.row(i)), hits.row(i), hits.score(i));
            }
        }

        private void findGroups(int asked, boolean short0) {
            boolean ended = short0;
            int k = asked;
            for (int round = 0; best.size() < groups; round++) {
                if (ended && (plan.range() != null || !hasIndex())) {
                    return;
                }
                List<@Nullable RowFilter> rows = among(code -> !best.isFull(code));
                if (count(rows) == 0) {
                    return;
                }
                if (ended || round == MAX_ROUNDS) {
                    lookAtAll(rows, (code, row, score) -> {
                        best.add(code, row, score);
                        if (best.size() >= 2L * groups + 64) {
                            best.keepBest(groups);
                        }
                    });
                    return;
                }
                k = reach(Math.min(k * 2, 8 * SearchPlan.MAX_WINDOW), rows);
                HitList hits = VectorSearch.run(single.withK(k), space, wanted, rows, guard, executor)[0];
                collect(hits);
                ended = hits.size() < k || k == count(rows);
            }
        }

        private void fillGroups() {
            for (int round = 0; !best.areFull(); round++) {
                List<@Nullable RowFilter> rows = among(code -> best.contains(code) && !best.isFull(code));
                long count = count(rows);
                if (count == 0) {
                    return;
                }
                int k = reach(best.size() * by.size(), rows);
                if (round == MAX_ROUNDS) {
                    lookAtAll(rows, best::addToPresent);
                    return;
                }
                HitList hits = VectorSearch.run(single.withK(k), space, wanted, rows, guard, executor)[0];
                collect(hits);
                if (k == count || hits.size() < k) {
                    if (hits.size() < k && plan.range() == null && hasIndex()) {
                        lookAtAll(rows, best::addToPresent);
                    }
                    return;
                }
            }
        }

        /** Scores every row, a block at a time. */
        private void lookAtAll(List<@Nullable RowFilter> rows, Consumer consumer) {
            ScoreRange range = plan.range();
            Hits hits = new Hits();
            for (int i = 0; i < wanted.size(); i++) {
                int position = wanted.get(i);
                SegmentView view = space.views().get(position);
                int[] codeOf = codes.ofView(position, passing.get(i));
                for (RowChunk chunk : view.chunks()) {
                    Column vectors = chunk.column(plan.field().name());
                    for (int from = 0; from < chunk.rows(); from += BLOCK_ROWS) {
                        int count = Math.min(BLOCK_ROWS, chunk.rows() - from);
                        RowScan scan = RowScan.of(plan.metric(), single.queries(), count);
                        if (range != null) {
                            scan.within(range.radius(), range.rangeFilter());
                        }
                        scan.scan(Slices.of(vectors, from, count), chunk.firstRow() + from, rows.get(i), guard::isOver);
                        scan.hits(0, hits);
                        for (int h = 0; h < hits.size(); h++) {
                            int row = hits.row(h);
                            consumer.accept(codeOf[row], RowSpace.number(position, row), hits.score(h));
                        }
                    }
                }
            }
        }
    }

    /** Takes a hit. */
    @FunctionalInterface
    private interface Consumer {
        void accept(int code, long row, float score);
    }
}
