package org.elanus.core.query.filter;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.elanus.spi.database.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * A part of a filter over one segment and the way to decide it. Rows are bits of words over the whole segment. Steps
 * remember what they did, for explanations: for one call, and for one thread.
 */
abstract sealed class Step {

    final Predicate predicate;
    private long examined = -1;
    private long passed = -1;
    private long nanos;

    private Step(Predicate predicate) {
        this.predicate = predicate;
    }

    /** Rows that are expected to pass, of all rows of the segment. */
    abstract long estimatedRows();

    /** The order among the conditions of a conjunction: the smallest first. */
    abstract double rank();

    abstract String access();

    List<Step> inputs() {
        return List.of();
    }

    /**
     * Decides the active rows.
     *
     * @param active only read
     * @param matched overwritten
     * @param unknown overwritten; null when nobody tells unknown from false
     */
    abstract void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown);

    final void run(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
        long began = run.nanos();
        examined = StepRun.count(active);
        decide(run, active, matched, unknown);
        passed = StepRun.count(matched);
        nanos = run.nanos() - began;
    }

    Explanation.Step explain() {
        return new Explanation.Step(
                inputs().isEmpty() ? PredicateText.of(predicate) : "",
                examined < 0 ? "not needed, " + access() : access(),
                estimatedRows(),
                examined,
                passed,
                nanos,
                inputs().stream().map(Step::explain).toList());
    }

    /** Looks at the active rows' values. */
    static final class Scan extends Step {

        private final int rows;

        Scan(Predicate predicate, int rows) {
            super(predicate);
            this.rows = rows;
        }

        @Override
        long estimatedRows() {
            return (long) (FilterCosts.share(predicate) * rows);
        }

        @Override
        double rank() {
            return Double.MAX_VALUE;
        }

        @Override
        String access() {
            return "scan";
        }

        @Override
        void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
            run.scan(predicate, active, matched, unknown);
        }
    }

    /** Asks an index; scans instead when few rows are left, so that looking at them is cheaper. */
    static final class LookUp extends Step {

        private final IndexMatch match;
        private boolean scanned;

        LookUp(Predicate predicate, IndexMatch match) {
            super(predicate);
            this.match = match;
        }

        @Override
        long estimatedRows() {
            return match.estimatedRows();
        }

        @Override
        double rank() {
            return match.estimatedRows();
        }

        @Override
        String access() {
            String index =
                    "index " + match.index().name() + " (" + match.index().type() + ")";
            return scanned ? "scan, cheaper than " + index : index;
        }

        @Override
        void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
            double scanCost = FilterCosts.scan(predicate, StepRun.count(active), run.rows());
            scanned = run.prefersScan(scanCost, match.cost(FilterCosts.perRow(predicate)));
            if (scanned) {
                run.scan(predicate, active, matched, unknown);
                return;
            }
            run.pause();
            Arrays.fill(matched, 0);
            long[] scratch = run.borrow();
            long[] scratchToo = run.borrow();
            if (match.isNullTest()) {
                Arrays.fill(scratch, 0);
                match.index().collectPresent(scratch);
                for (int w = 0; w < matched.length; w++) {
                    matched[w] = active[w] & ~scratch[w];
                }
                if (unknown != null) {
                    Arrays.fill(unknown, 0);
                }
            } else {
                collect(run, active, matched, scratch, scratchToo);
                if (unknown != null) {
                    Arrays.fill(scratch, 0);
                    match.index().collectKnown(scratch);
                    for (int w = 0; w < matched.length; w++) {
                        unknown[w] = active[w] & ~scratch[w];
                    }
                }
            }
            run.giveBack(scratchToo);
            decideOpen(run, active, matched, unknown, scratch);
            run.giveBack(scratch);
        }

        private void collect(StepRun run, long[] active, long[] matched, long[] scratch, long[] scratchToo) {
            List<TermSelection> selections = match.selections();
            selections.getFirst().collect(matched, scratch);
            for (TermSelection selection : selections.subList(1, selections.size())) {
                run.pause();
                Arrays.fill(scratch, 0);
                selection.collect(scratch, scratchToo);
                for (int w = 0; w < matched.length; w++) {
                    matched[w] &= scratch[w];
                }
            }
            for (int w = 0; w < matched.length; w++) {
                matched[w] &= active[w];
            }
        }

        /** Rows that the index leaves open are looked at. */
        private void decideOpen(StepRun run, long[] active, long[] matched, long @Nullable [] unknown, long[] open) {
            if (match.index().undecidedRows() == 0) {
                return;
            }
            Arrays.fill(open, 0);
            match.index().collectUndecided(open);
            for (int w = 0; w < open.length; w++) {
                open[w] &= active[w];
            }
            long[] itsMatched = run.borrow();
            long[] itsUnknown = run.borrow();
            run.scan(predicate, open, itsMatched, unknown == null ? null : itsUnknown);
            for (int w = 0; w < open.length; w++) {
                matched[w] = matched[w] & ~open[w] | itsMatched[w];
                if (unknown != null) {
                    unknown[w] = unknown[w] & ~open[w] | itsUnknown[w];
                }
            }
            run.giveBack(itsMatched);
            run.giveBack(itsUnknown);
        }
    }

    /** Conditions one after the other, the most selective index first; each looks at the rows that are left. */
    static final class All extends Step {

        private final List<Step> inputs;
        private final int rows;

        All(Predicate predicate, List<Step> inputs, int rows) {
            super(predicate);
            this.inputs = inputs.stream()
                    .sorted(Comparator.comparingDouble(Step::rank))
                    .toList();
            this.rows = rows;
        }

        @Override
        long estimatedRows() {
            double share = 1;
            for (Step input : inputs) {
                share *= rows == 0 ? 0 : (double) input.estimatedRows() / rows;
            }
            return (long) (share * rows);
        }

        @Override
        double rank() {
            return estimatedRows();
        }

        @Override
        String access() {
            return "all of";
        }

        @Override
        List<Step> inputs() {
            return inputs;
        }

        @Override
        void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
            long[] left = run.borrow();
            long[] itsMatched = run.borrow();
            long[] itsUnknown = run.borrow();
            System.arraycopy(active, 0, left, 0, active.length);
            System.arraycopy(active, 0, matched, 0, active.length);
            if (unknown != null) {
                Arrays.fill(unknown, 0);
            }
            for (Step input : inputs) {
                input.run(run, left, itsMatched, unknown == null ? null : itsUnknown);
                long any = 0;
                for (int w = 0; w < left.length; w++) {
                    matched[w] &= itsMatched[w];
                    left[w] = unknown == null ? itsMatched[w] : itsMatched[w] | itsUnknown[w];
                    if (unknown != null) {
                        unknown[w] = left[w] & ~matched[w];
                    }
                    any |= left[w];
                }
                if (any == 0) {
                    break;
                }
            }
            run.giveBack(left);
            run.giveBack(itsMatched);
            run.giveBack(itsUnknown);
        }
    }

    /** Conditions one after the other; each looks at the rows that none before made true. */
    static final class Any extends Step {

        private final List<Step> inputs;
        private final int rows;

        Any(Predicate predicate, List<Step> inputs, int rows) {
            super(predicate);
            this.inputs = inputs.stream()
                    .sorted(Comparator.comparing((Step step) -> step instanceof Scan)
                            .thenComparing(Step::estimatedRows, Comparator.reverseOrder()))
                    .toList();
            this.rows = rows;
        }

        @Override
        long estimatedRows() {
            long sum = 0;
            for (Step input : inputs) {
                sum += input.estimatedRows();
            }
            return Math.min(sum, rows);
        }

        @Override
        double rank() {
            return inputs.stream().anyMatch(Scan.class::isInstance) ? Double.MAX_VALUE / 2 : estimatedRows();
        }

        @Override
        String access() {
            return "any of";
        }

        @Override
        List<Step> inputs() {
            return inputs;
        }

        @Override
        void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
            long[] left = run.borrow();
            long[] itsMatched = run.borrow();
            long[] itsUnknown = run.borrow();
            System.arraycopy(active, 0, left, 0, active.length);
            Arrays.fill(matched, 0);
            if (unknown != null) {
                Arrays.fill(unknown, 0);
            }
            for (Step input : inputs) {
                input.run(run, left, itsMatched, unknown == null ? null : itsUnknown);
                long any = 0;
                for (int w = 0; w < left.length; w++) {
                    matched[w] |= itsMatched[w];
                    if (unknown != null) {
                        unknown[w] = (unknown[w] | itsUnknown[w]) & ~matched[w];
                    }
                    left[w] = active[w] & ~matched[w];
                    any |= left[w];
                }
                if (any == 0) {
                    break;
                }
            }
            run.giveBack(left);
            run.giveBack(itsMatched);
            run.giveBack(itsUnknown);
        }
    }

    /** True where the condition is false. */
    static final class Negation extends Step {

        private final Step input;
        private final int rows;

        Negation(Predicate predicate, Step input, int rows) {
            super(predicate);
            this.input = input;
            this.rows = rows;
        }

        @Override
        long estimatedRows() {
            return Math.max(0, rows - input.estimatedRows());
        }

        @Override
        double rank() {
            return input.rank() == Double.MAX_VALUE ? Double.MAX_VALUE : estimatedRows();
        }

        @Override
        String access() {
            return "not";
        }

        @Override
        List<Step> inputs() {
            return List.of(input);
        }

        @Override
        void decide(StepRun run, long[] active, long[] matched, long @Nullable [] unknown) {
            long[] open = unknown == null ? run.borrow() : unknown;
            input.run(run, active, matched, Objects.requireNonNull(open));
            for (int w = 0; w < matched.length; w++) {
                matched[w] = active[w] & ~matched[w] & ~open[w];
            }
            if (unknown == null) {
                run.giveBack(open);
            }
        }
    }
}
