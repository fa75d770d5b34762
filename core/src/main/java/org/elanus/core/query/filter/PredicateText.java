package org.elanus.core.query.filter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.elanus.core.query.filter.Operand.ArrayElement;
import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.ArrayLength;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;

/** Conditions as people read them, shortened where lists are long. */
final class PredicateText {

    private static final int MEMBERS = 5;

    private PredicateText() {}

    static String of(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Always always -> Boolean.toString(always.value());
            case Predicate.AllOf all -> joined(all.conditions(), " and ");
            case Predicate.AnyOf any -> joined(any.conditions(), " or ");
            case Predicate.Not not -> "not (" + of(not.condition()) + ")";
            case Predicate.IntegerRange range -> integers(range);
            case Predicate.FloatingRange range -> numbers(range);
            case Predicate.BooleanIs is -> is.field().name() + " == " + is.value();
            case Predicate.TextRelation text ->
                text.field().name() + " " + text.relation().sign() + " " + quoted(text.value());
            case Predicate.TextLike like ->
                like.field().name() + " like a pattern with prefix "
                        + quoted(like.pattern().prefix());
            case Predicate.NumberIn in ->
                in.field().name() + " in " + in.values().size() + " numbers";
            case Predicate.TextIn in ->
                in.field().name() + " in "
                        + (in.values().size() <= MEMBERS
                                ? in.values().sorted().stream()
                                        .map(PredicateText::quoted)
                                        .collect(Collectors.joining(", ", "[", "]"))
                                : in.values().size() + " texts");
            case Predicate.IsNull is -> is.field().name() + " is null";
            case Predicate.NumberComparison both ->
                of(both.left()) + " " + both.relation().sign() + " " + of(both.right());
            case Predicate.TextComparison both ->
                both.left().name() + " " + both.relation().sign() + " "
                        + both.right().name();
            case Predicate.BooleanComparison both ->
                both.left().name() + " " + both.relation().sign() + " "
                        + both.right().name();
            case Predicate.DynamicComparison both ->
                of(both.left()) + " " + both.relation().sign() + " " + of(both.right());
            case Predicate.DynamicIn in -> of(in.value()) + " in a list";
            case Predicate.DynamicLike like ->
                of(like.value()) + " like a pattern with prefix "
                        + quoted(like.pattern().prefix());
            case Predicate.Contains contains ->
                of(contains.array())
                        + (contains.wanted().size() == 1 ? " contains one of a list" : " contains all of a list");
            case Predicate.ContainsNested contains -> of(contains.array()) + " contains lists";
            case Predicate.ArrayIs is -> of(is.array()) + " == a list";
            case Predicate.DynamicCondition is -> of(is.value());
            case Predicate.IsMissing is -> of(is.value()) + " is null";
        };
    }

    private static String joined(List<Predicate> conditions, String word) {
        return conditions.stream()
                .map(condition -> condition instanceof Predicate.AllOf || condition instanceof Predicate.AnyOf
                        ? "(" + of(condition) + ")"
                        : of(condition))
                .collect(Collectors.joining(word));
    }

    private static String integers(Predicate.IntegerRange range) {
        String name = range.field().name();
        if (range.low() > range.high()) {
            return name + " in no number";
        }
        if (range.low() == range.high()) {
            return name + " == " + range.low();
        }
        return range(
                name,
                range.low() == Long.MIN_VALUE ? "" : Long.toString(range.low()),
                range.high() == Long.MAX_VALUE ? "" : Long.toString(range.high()));
    }

    private static String numbers(Predicate.FloatingRange range) {
        String name = range.field().name();
        if (!(range.low() <= range.high())) {
            return name + " in no number";
        }
        if (range.low() == range.high()) {
            return name + " == " + range.low();
        }
        return range(
                name,
                range.low() == Double.NEGATIVE_INFINITY ? "" : Double.toString(range.low()),
                range.high() == Double.POSITIVE_INFINITY ? "" : Double.toString(range.high()));
    }

    private static String range(String name, String low, String high) {
        return (low.isEmpty() ? "" : low + " <= ") + name + (high.isEmpty() ? "" : " <= " + high);
    }

    private static String quoted(byte[] text) {
        return "'" + FilterError.shorten(new String(text, StandardCharsets.UTF_8)) + "'";
    }

    private static String of(Operand operand) {
        return switch (operand) {
            case Operand.Constant constant ->
                constant.value() instanceof String text
                        ? "'" + FilterError.shorten(text) + "'"
                        : String.valueOf(constant.value());
            case FieldValue value -> value.field().name();
            case JsonValue json ->
                json.path().stream()
                        .map(step -> step instanceof String key
                                ? "[\"" + FilterError.shorten(key) + "\"]"
                                : "[" + step + "]")
                        .collect(Collectors.joining("", json.field().name(), ""));
            case ArrayField array -> array.field().name();
            case ArrayElement element -> element.field().name() + "[" + element.position() + "]";
            case ArrayLength length -> "array_length(" + of(length.array()) + ")";
            case Operand.Arithmetic arithmetic -> "an arithmetic expression";
            case Operand.Condition condition -> of(condition.predicate());
        };
    }
}
