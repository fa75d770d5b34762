package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.ArrayLength;
import org.elanus.core.query.filter.Operand.Condition;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;

/** Calls of functions: checks their arguments. Names are written all lower or all upper case. */
final class Functions {

    private static final Set<String> OTHERS = Set.of(
            "text_match",
            "phrase_match",
            "random_sample",
            "st_equals",
            "st_touches",
            "st_overlaps",
            "st_crosses",
            "st_contains",
            "st_intersects",
            "st_within",
            "st_dwithin");

    private final FilterError error;
    private final Comparisons comparisons;

    Functions(Comparisons comparisons, FilterError error) {
        this.comparisons = comparisons;
        this.error = error;
    }

    Operand call(Token name, List<Operand> arguments) {
        String text = name.getText();
        String lower = text.toLowerCase(Locale.ROOT);
        if (!text.equals(lower) && !text.equals(text.toUpperCase(Locale.ROOT))) {
            throw unknown(name);
        }
        return switch (lower) {
            case "array_length" -> {
                check(name, arguments, 1);
                yield new ArrayLength(array(name, arguments.getFirst()));
            }
            case "json_contains", "array_contains" -> {
                check(name, arguments, 2);
                yield contains(name, arguments, List.of(List.of(constant(name, arguments.get(1)))));
            }
            case "json_contains_any", "array_contains_any" -> {
                check(name, arguments, 2);
                yield contains(name, arguments, List.of(list(name, arguments.get(1))));
            }
            case "json_contains_all", "array_contains_all" -> {
                check(name, arguments, 2);
                List<List<?>> each = new ArrayList<>();
                for (Object wanted : new LinkedHashSet<>(list(name, arguments.get(1)))) {
                    each.add(List.of(wanted));
                }
                yield contains(name, arguments, each);
            }
            case "empty" -> text(name, arguments, 1);
            case "starts_with" -> text(name, arguments, 2);
            default -> throw unknown(name);
        };
    }

    private RuntimeException unknown(Token name) {
        return OTHERS.contains(name.getText().toLowerCase(Locale.ROOT))
                ? error.at(name, "the function %s is not supported", name.getText())
                : error.at(
                        name,
                        "the function %s does not exist; there are json_contains, json_contains_all, "
                                + "json_contains_any, array_contains, array_contains_all, array_contains_any, array_length, "
                                + "empty, starts_with",
                        FilterError.shorten(name.getText()));
    }

    private void check(Token name, List<Operand> arguments, int count) {
        if (arguments.size() != count) {
            throw error.at(name, "the function %s takes %d arguments, not %d", name.getText(), count, arguments.size());
        }
    }

    private Operand array(Token name, Operand argument) {
        if (argument instanceof ArrayField || argument instanceof JsonValue) {
            return argument;
        }
        throw error.at(
                name,
                "the function %s needs an ARRAY field or a JSON value first, not %s",
                name.getText(),
                Comparisons.describe(argument));
    }

    private Object constant(Token name, Operand argument) {
        if (argument instanceof Constant(Object value)) {
            return value;
        }
        throw error.at(
                name,
                "the function %s needs a constant second, not %s",
                name.getText(),
                Comparisons.describe(argument));
    }

    private List<?> list(Token name, Operand argument) {
        if (argument instanceof Constant(List<?> values)) {
            return values;
        }
        throw error.at(
                name, "the function %s needs a list second, not %s", name.getText(), Comparisons.describe(argument));
    }

    /** Equal numbers become equal objects. */
    private static Object normalised(Object constant) {
        return constant instanceof Double number && Numbers.isLong(number) ? (Object) (long) (double) number : constant;
    }

    private Operand contains(Token name, List<Operand> arguments, List<? extends List<?>> wanted) {
        Operand array = array(name, arguments.getFirst());
        Set<List<Object>> sets = new LinkedHashSet<>();
        boolean nested = false;
        for (List<?> constants : wanted) {
            List<Object> members = new ArrayList<>(constants.size());
            for (Object constant : comparisons.elements(array, constants, name)) {
                nested |= constant instanceof List;
                members.add(normalised(constant));
            }
            sets.add(members);
        }
        return new Condition(
                nested
                        ? new Predicate.ContainsNested(array, List.copyOf(sets))
                        : new Predicate.Contains(
                                array, sets.stream().map(ConstantSet::new).toList()));
    }

    /** Text at the beginning of a text, or at the same time the end of it. */
    private Operand text(Token name, List<Operand> arguments, int count) {
        check(name, arguments, count);
        Operand value = arguments.getFirst();
        String pattern = "";
        if (count == 2) {
            if (!(arguments.get(1) instanceof Constant(String prefix))) {
                throw error.at(
                        name,
                        "the function %s needs a string second, not %s",
                        name.getText(),
                        Comparisons.describe(arguments.get(1)));
            }
            pattern = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        }
        LikePattern like = new LikePattern(pattern);
        if (value instanceof JsonValue) {
            return new Condition(new Predicate.DynamicLike(value, like));
        }
        if (value instanceof FieldValue(FieldSchema field) && field.type() == DataType.VARCHAR) {
            return new Condition(new Predicate.TextLike(field, like));
        }
        throw error.at(
                name,
                "the function %s needs a VARCHAR field or a JSON value first, not %s",
                name.getText(),
                Comparisons.describe(value));
    }
}
