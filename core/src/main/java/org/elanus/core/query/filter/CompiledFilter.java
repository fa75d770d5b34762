package org.elanus.core.query.filter;

import java.util.List;
import java.util.Map;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.Filter;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * A filter that was read and typed against a schema. Immutable, safe for use by many threads. A row passes when the
 * filter is true for it; where it is unknown, because a value is null, the row does not pass.
 */
public final class CompiledFilter {

    private final Predicate predicate;
    private final @Nullable KeySelection keys;
    private final @Nullable KeySelection partitionKeys;

    private CompiledFilter(Predicate predicate, @Nullable KeySelection keys, @Nullable KeySelection partitionKeys) {
        this.predicate = predicate;
        this.keys = keys;
        this.partitionKeys = partitionKeys;
    }

    /**
     * Reads a filter; an empty text passes every row.
     *
     * @throws ElanusException INVALID_ARGUMENT with the place and nature of the mistake; PERMISSION_DENIED when it is in
     *     the required filter
     */
    public static CompiledFilter compile(Filter filter, CollectionSchema schema) {
        if (filter.isEmpty() && filter.required().isEmpty()) {
            return new CompiledFilter(Predicate.TRUE, null, null);
        }
        Predicate asked = filter.isEmpty() ? Predicate.TRUE : plan(filter.text(), filter.parameters(), schema);
        Predicate predicate = filter.required().isEmpty()
                ? asked
                : Simplification.allOf(List.of(asked, required(filter.required(), schema)));
        KeySelection partitionKeys = schema.partitionKey()
                .map(key -> KeySelection.of(predicate, key))
                .orElse(null);
        return new CompiledFilter(predicate, KeySelection.of(predicate, schema.primaryKey()), partitionKeys);
    }

    private static Predicate plan(String text, Map<String, Object> parameters, CollectionSchema schema) {
        FilterError error = new FilterError(text);
        return new FilterPlanner(schema, parameters, error).plan(FilterSyntax.parse(text, error));
    }

    /** The caller did not write this filter and shall not learn from an error what it says. */
    private static Predicate required(String text, CollectionSchema schema) {
        try {
            return plan(text, Map.of(), schema);
        } catch (ElanusException e) {
            throw new ElanusException(
                    StandardErrorCode.PERMISSION_DENIED,
                    "the row filter of the caller's role does not fit the collection's schema; an operator has to"
                            + " correct it",
                    e);
        }
    }

    /** Every row passes, whatever it holds. */
    public boolean isAlwaysTrue() {
        return predicate == Predicate.TRUE;
    }

    /** No row passes, whatever it holds. */
    public boolean isAlwaysFalse() {
        return predicate == Predicate.FALSE || keys != null && keys.keys().rows() == 0;
    }

    /** The keys outside of which no row can pass, distinct and ascending; null when the filter names none. */
    public @Nullable Column primaryKeys() {
        return keys == null ? null : keys.keys();
    }

    /** The partition keys outside of which no row can pass, distinct and ascending; null when the filter names none. */
    public @Nullable Column partitionKeys() {
        return partitionKeys == null ? null : partitionKeys.keys();
    }

    /** Whether exactly the rows with {@link #primaryKeys} pass. */
    public boolean isPrimaryKeysOnly() {
        return keys != null && keys.exact();
    }

    /**
     * Clears the bits of the rows of a segment that do not pass: by its scalar indexes where they are cheaper, else by
     * looking at the rows.
     *
     * @param rows in: the rows to look at; out: those that pass
     * @param pause called every few thousand rows; throws to give up
     */
    public void retain(SegmentView view, long[] rows, Runnable pause) {
        if (view.sealed() && view.rows() > 0 && !isAlwaysTrue()) {
            SegmentPlan plan = SegmentPlan.of(predicate, view);
            if (plan.hasLookUp()) {
                plan.retain(rows, pause, null);
                return;
            }
        }
        for (RowChunk chunk : view.chunks()) {
            retain(chunk, rows, pause);
        }
    }

    /** As {@link #retain(SegmentView, long[], Runnable)}, by indexes wherever there are any. @return whether any was */
    boolean retainByIndexes(SegmentView view, long[] rows) {
        SegmentPlan plan = SegmentPlan.of(predicate, view);
        plan.retainByIndexes(rows);
        return plan.hasLookUp();
    }

    /** As {@link #retain(SegmentView, long[], Runnable)}, and tells how. */
    public Explanation.Step explain(SegmentView view, long[] rows, Runnable pause, Clock clock) {
        if (view.sealed() && view.rows() > 0) {
            SegmentPlan plan = SegmentPlan.of(predicate, view);
            plan.retain(rows, pause, clock);
            return plan.explain();
        }
        long examined = StepRun.count(rows);
        long began = clock.nanos();
        for (RowChunk chunk : view.chunks()) {
            retain(chunk, rows, pause);
        }
        return new Explanation.Step(
                PredicateText.of(predicate),
                "scan",
                (long) (FilterCosts.share(predicate) * view.rows()),
                examined,
                StepRun.count(rows),
                clock.nanos() - began,
                List.of());
    }

    /**
     * Clears the bits of the rows of a chunk that do not pass. Bits are those of the segment's row numbers.
     *
     * @param rows in: the rows to look at; out: those that pass
     * @param pause called every few thousand rows; throws to give up
     */
    public void retain(RowChunk chunk, long[] rows, Runnable pause) {
        if (isAlwaysTrue() || chunk.rows() == 0) {
            return;
        }
        Kernel kernel = new Binder(chunk).bind(predicate);
        long[] active = new long[Kernel.BLOCK_WORDS];
        long[] matched = new long[Kernel.BLOCK_WORDS];
        long[] unknown = new long[Kernel.BLOCK_WORDS];
        for (int row = 0; row < chunk.rows(); row += Kernel.BLOCK_ROWS) {
            int count = Math.min(Kernel.BLOCK_ROWS, chunk.rows() - row);
            int words = Kernel.words(count);
            int firstWord = chunk.firstRow() + row >>> 6;
            long any = 0;
            for (int w = 0; w < words; w++) {
                active[w] = rows[firstWord + w];
                any |= active[w];
            }
            if (any != 0) {
                kernel.evaluate(row, count, active, matched, unknown);
                System.arraycopy(matched, 0, rows, firstWord, words);
            }
            pause.run();
        }
    }
}
