package org.elanus.spi.database;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a query or search were found: what was planned, and what came of it when the filter ran.
 *
 * @param passingRows of all segments
 * @param nanos for the filter over all segments, one after the other
 */
public record Explanation(String collection, long passingRows, long nanos, List<Segment> segments) {

    public Explanation {
        segments = List.copyOf(segments);
    }

    /**
     * One segment.
     *
     * @param visibleRows those that no delete hides
     * @param filter null when there is no filter
     * @param search how vectors would be searched under the filter; empty for a query
     */
    public record Segment(
            long id,
            long partitionId,
            boolean sealed,
            long rows,
            long visibleRows,
            long passingRows,
            long nanos,
            @Nullable Step filter,
            String search) {}

    /**
     * A part of the filter, in the order in which parts ran.
     *
     * @param condition what it decides
     * @param access how: {@code scan}, {@code index …}, {@code keys}, {@code all of}, {@code any of}, {@code not}, {@code
     *     not needed}
     * @param estimatedRows that were expected to pass, of all rows of the segment
     * @param examinedRows that were still open when it began; -1 when it did not run
     * @param passingRows of these; -1 when it did not run
     */
    public record Step(
            String condition,
            String access,
            long estimatedRows,
            long examinedRows,
            long passingRows,
            long nanos,
            List<Step> inputs) {

        public Step {
            inputs = List.copyOf(inputs);
        }
    }

    /** As an indented text. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "collection %s: %d rows pass in %d segments, %s%n",
                collection,
                passingRows,
                segments.size(),
                duration(nanos)));
        for (Segment segment : segments) {
            text.append(String.format(
                    Locale.ROOT,
                    "segment %d (%s, partition %d): %d rows, %d visible, %d pass, %s%n",
                    segment.id(),
                    segment.sealed() ? "sealed" : "growing",
                    segment.partitionId(),
                    segment.rows(),
                    segment.visibleRows(),
                    segment.passingRows(),
                    duration(segment.nanos())));
            Step filter = segment.filter();
            if (filter != null) {
                append(text, filter, 1);
            }
            if (!segment.search().isEmpty()) {
                text.append("  search: ").append(segment.search()).append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Step step, int depth) {
        text.repeat("  ", depth).append(step.access());
        if (!step.condition().isEmpty()) {
            text.append(": ").append(step.condition());
        }
        text.append(
                step.examinedRows() < 0
                        ? String.format(Locale.ROOT, "  (estimated %d)%n", step.estimatedRows())
                        : String.format(
                                Locale.ROOT,
                                "  (estimated %d, examined %d, passing %d, %s)%n",
                                step.estimatedRows(),
                                step.examinedRows(),
                                step.passingRows(),
                                duration(step.nanos())));
        for (Step input : step.inputs()) {
            append(text, input, depth + 1);
        }
    }

    private static String duration(long nanos) {
        return nanos < 10_000_000
                ? String.format(Locale.ROOT, "%.1f us", nanos / 1e3)
                : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
