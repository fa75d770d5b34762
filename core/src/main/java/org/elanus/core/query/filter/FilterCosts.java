package org.elanus.core.query.filter;

import java.util.List;
import org.elanus.core.query.filter.Operand.ArrayLength;
import org.elanus.core.query.filter.Operand.JsonValue;

/**
 * What looking at rows costs, in nanoseconds, and what share of rows passes: rough figures, since only the choice between
 * index and scan hangs on them.
 */
final class FilterCosts {

    private FilterCosts() {}

    /** Scanning the active rows. Kernels of fixed width look at whole words of 64 rows. */
    static double scan(Predicate predicate, long active, int rows) {
        return perRow(predicate) * (looksAtWords(predicate) ? Math.min(rows, active * Long.SIZE) : active);
    }

    private static boolean looksAtWords(Predicate predicate) {
        return switch (predicate) {
            case Predicate.IntegerRange range -> true;
            case Predicate.FloatingRange range -> true;
            case Predicate.BooleanIs is -> true;
            case Predicate.NumberIn in -> true;
            case Predicate.IsNull is -> true;
            case Predicate.NumberComparison comparison -> true;
            default -> false;
        };
    }

    static double perRow(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always always -> 0;
            case Predicate.IntegerRange range -> 1.5;
            case Predicate.FloatingRange range -> 1.5;
            case Predicate.BooleanIs is -> 1;
            case Predicate.NumberIn in -> 3;
            case Predicate.IsNull is -> 0.05;
            case Predicate.NumberComparison comparison -> 3;
            case Predicate.BooleanComparison comparison -> 2;
            case Predicate.TextRelation text -> 9;
            case Predicate.TextIn in -> 15;
            case Predicate.TextLike like -> 20;
            case Predicate.TextComparison comparison -> 15;
            case Predicate.Contains contains -> contains.array() instanceof JsonValue ? 500 : 40;
            case Predicate.ContainsNested contains -> contains.array() instanceof JsonValue ? 1000 : 200;
            case Predicate.ArrayIs is -> is.array() instanceof JsonValue ? 1000 : 200;
            case Predicate.DynamicComparison comparison -> dynamic(comparison.left());
            case Predicate.DynamicIn in -> dynamic(in.value());
            case Predicate.DynamicLike like -> dynamic(like.value());
            case Predicate.DynamicCondition is -> dynamic(is.value());
            case Predicate.IsMissing is -> dynamic(is.value());
            case Predicate.AllOf all -> sum(all.conditions());
            case Predicate.AnyOf any -> sum(any.conditions());
            case Predicate.Not not -> perRow(not.condition());
        };
    }

    private static double dynamic(Operand operand) {
        return operand instanceof JsonValue || operand instanceof ArrayLength(JsonValue array) ? 400 : 20;
    }

    private static double sum(List<Predicate> conditions) {
        double sum = 0;
        for (Predicate condition : conditions) {
            sum += perRow(condition);
        }
        return sum;
    }

    /** The share of rows that passes, guessed by the kind of condition. */
    static double share(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always always -> always.value() ? 1 : 0;
            case Predicate.IntegerRange range -> range.low() == range.high() ? 0.01 : 0.3;
            case Predicate.FloatingRange range -> range.low() == range.high() ? 0.01 : 0.3;
            case Predicate.BooleanIs is -> 0.5;
            case Predicate.TextRelation text ->
                text.relation() == Relation.EQUAL ? 0.01 : text.relation() == Relation.NOT_EQUAL ? 0.99 : 0.3;
            case Predicate.NumberIn in -> Math.min(0.5, 0.01 * in.values().size());
            case Predicate.TextIn in -> Math.min(0.5, 0.01 * in.values().size());
            case Predicate.AllOf all -> {
                double share = 1;
                for (Predicate condition : all.conditions()) {
                    share *= share(condition);
                }
                yield share;
            }
            case Predicate.AnyOf any -> {
                double share = 0;
                for (Predicate condition : any.conditions()) {
                    share += share(condition);
                }
                yield Math.min(1, share);
            }
            case Predicate.Not not -> 1 - share(not.condition());
            default -> 0.1;
        };
    }
}
