package org.elanus.spi.database;

import java.util.List;
import java.util.Locale;
import org.elanus.spi.error.ElanusException;

/**
 * Hits put together by a field's value. Of a search with a grouping, {@code limit} and {@code offset} count groups; its
 * hits come group by group, the group with the best hit first, each with its best hits. Nulls are a group.
 *
 * @param field a field of type BOOL, INT8 to INT64 or VARCHAR, a JSON field or a path into one such as
 *     {@code meta["author"]}, or a key of the dynamic field
 * @param size hits of a group at most, 1 to 10; a group that has as many gets as many
 * @param scorer of a hybrid search: the score that orders groups is the {@code max}, {@code sum} or {@code avg} of their
 *     hits' scores
 */
public record Grouping(String field, int size, String scorer) {

    /** The most hits of a group. */
    public static final int MAX_SIZE = 10;

    private static final List<String> SCORERS = List.of("max", "sum", "avg");

    public Grouping {
        if (size < 1) {
            throw ElanusException.invalid(
                    "input group size:%d is negative or zero, it should be in range [1, %d]", size, MAX_SIZE);
        }
        if (size > MAX_SIZE) {
            throw ElanusException.invalid("input group size:%d exceeds configured max group size:%d", size, MAX_SIZE);
        }
        scorer = scorer.toLowerCase(Locale.ROOT);
        if (!SCORERS.contains(scorer)) {
            throw ElanusException.invalid("unsupported group scorer '%s'; available are %s", scorer, SCORERS);
        }
    }

    public static Grouping by(String field, int size) {
        return new Grouping(field, size, "max");
    }
}
