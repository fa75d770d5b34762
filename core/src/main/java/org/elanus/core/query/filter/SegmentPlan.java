package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.elanus.core.query.filter.Predicate.AllOf;
import org.elanus.core.query.filter.Predicate.AnyOf;
import org.elanus.core.query.filter.Predicate.Not;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** How a filter is decided over one sealed segment: which conditions ask an index, and in which order. For one call. */
final class SegmentPlan {

    private final SegmentView view;
    private final Step root;

    private SegmentPlan(SegmentView view, Step root) {
        this.view = view;
        this.root = root;
    }

    /** A plan, whether it has a look-up or not. @param view of a sealed segment with rows */
    static SegmentPlan of(Predicate predicate, SegmentView view) {
        return new SegmentPlan(view, plan(predicate, view));
    }

    /** Whether an index is asked at all. */
    boolean hasLookUp() {
        return !(root instanceof Step.Scan);
    }

    private static Step plan(Predicate predicate, SegmentView view) {
        int rows = view.rows();
        return switch (predicate) {
            case AllOf all -> {
                List<Predicate> scanned = new ArrayList<>();
                List<Step> steps = plan(all.conditions(), view, scanned);
                if (!scanned.isEmpty()) {
                    steps.add(new Step.Scan(scanned.size() == 1 ? scanned.getFirst() : new AllOf(scanned), rows));
                }
                yield steps.size() == 1 ? steps.getFirst() : new Step.All(predicate, steps, rows);
            }
            case AnyOf any -> {
                List<Predicate> scanned = new ArrayList<>();
                List<Step> steps = plan(any.conditions(), view, scanned);
                if (!scanned.isEmpty()) {
                    steps.add(new Step.Scan(scanned.size() == 1 ? scanned.getFirst() : new AnyOf(scanned), rows));
                }
                yield steps.size() == 1 ? steps.getFirst() : new Step.Any(predicate, steps, rows);
            }
            case Not not -> {
                Step input = plan(not.condition(), view);
                yield input instanceof Step.Scan
                        ? new Step.Scan(predicate, rows)
                        : new Step.Negation(predicate, input, rows);
            }
            default -> {
                IndexMatch match = IndexMatch.find(predicate, view);
                yield match == null ? new Step.Scan(predicate, rows) : new Step.LookUp(predicate, match);
            }
        };
    }

    /** The steps of those conditions that ask an index somewhere; the others go to the list. */
    private static List<Step> plan(List<Predicate> conditions, SegmentView view, List<Predicate> scanned) {
        List<Step> steps = new ArrayList<>();
        for (Predicate condition : conditions) {
            Step step = plan(condition, view);
            if (step instanceof Step.Scan) {
                scanned.add(condition);
            } else {
                steps.add(step);
            }
        }
        return steps;
    }

    /** Clears the bits of rows that do not pass. @param clock null when nobody asks how long steps took */
    void retain(long[] rows, Runnable pause, @Nullable Clock clock) {
        run(new StepRun(view.chunks().getFirst(), pause, clock, false), rows);
    }

    /** As {@link #retain}, by indexes even where a scan is cheaper, so that small segments try them, too. */
    void retainByIndexes(long[] rows) {
        run(new StepRun(view.chunks().getFirst(), () -> {}, null, true), rows);
    }

    private void run(StepRun run, long[] rows) {
        long[] matched = run.borrow();
        root.run(run, rows, matched, null);
        System.arraycopy(matched, 0, rows, 0, run.words());
    }

    Explanation.Step explain() {
        return root.explain();
    }
}
