package org.elanus.core.query.naive;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A filter or a part of one. Its value for a row is a Long, Double, Boolean, String, List or Map, {@link #ABSENT} for
 * what a JSON path does not find, {@link #NONSENSE} for arithmetic with what is no number, or null where nothing is
 * known; a condition's is a Boolean or null.
 */
public sealed interface Expression {

    /** A JSON path that leads nowhere or to null: unlike every value. */
    Object ABSENT = Marker.ABSENT;
    /** Arithmetic with what is no number: unlike every value. */
    Object NONSENSE = Marker.NONSENSE;

    /** Values that no value equals. */
    enum Marker {
        ABSENT,
        NONSENSE
    }

    @Nullable
    Object value(Map<String, Object> row);

    /** Prints with as few brackets as the levels of the language ask for. */
    String text();

    /** How tightly it binds, by the table of the language: 1 is tightest. */
    default int level() {
        return 1;
    }

    /** Simpler expressions to try when one fails. */
    default List<Expression> parts() {
        return List.of();
    }

    private static String at(Expression inner, int level) {
        return inner.level() <= level ? inner.text() : "(" + inner.text() + ")";
    }

    // ---- values

    /** @param text one of the ways to write the constant */
    record Constant(Object constant, String text, int level) implements Expression {
        @Override
        public Object value(Map<String, Object> row) {
            return constant;
        }
    }

    /** @param floating of type FLOAT: constants that meet it are rounded to it */
    record Field(String name, boolean floating) implements Expression {
        @Override
        public @Nullable Object value(Map<String, Object> row) {
            return row.get(name);
        }

        @Override
        public String text() {
            return name;
        }
    }

    /** @param dynamic every row has the field, if only an empty one */
    record Json(String field, boolean dynamic, List<Object> path, String text) implements Expression {
        @Override
        public @Nullable Object value(Map<String, Object> row) {
            Object at = row.get(field);
            if (at == null) {
                return dynamic ? ABSENT : null;
            }
            for (Object step : path) {
                if (step instanceof String key && at instanceof Map<?, ?> map) {
                    at = map.get(key);
                } else if (step instanceof Integer position && at instanceof List<?> list) {
                    at = position < list.size() ? list.get(position) : null;
                } else {
                    at = null;
                }
                if (at == null) {
                    return ABSENT;
                }
            }
            return at == Data.NULL ? ABSENT : at;
        }
    }

    /** An element of an ARRAY field. */
    record Element(String field, int position, boolean floating) implements Expression {
        @Override
        public @Nullable Object value(Map<String, Object> row) {
            return row.get(field) instanceof List<?> list && position < list.size() ? list.get(position) : null;
        }

        @Override
        public String text() {
            return field + "[" + position + "]";
        }
    }

    /** {@code array_length}. */
    record Length(Expression array) implements Expression {
        @Override
        public @Nullable Object value(Map<String, Object> row) {
            return array.value(row) instanceof List<?> list ? (Object) (long) list.size() : null;
        }

        @Override
        public String text() {
            return "array_length(" + array.text() + ")";
        }
    }

    /** Arithmetic. */
    record Arithmetic(String operator, Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Object value(Map<String, Object> row) {
            Object a = left.value(row);
            Object b = right.value(row);
            if (a == null || b == null) {
                return null;
            }
            if (a instanceof Long x && b instanceof Long y) {
                return whole(x, y);
            }
            if (!(a instanceof Number x) || !(b instanceof Number y) || operator.equals("%")) {
                return NONSENSE;
            }
            double p = x.doubleValue();
            double q = y.doubleValue();
            return switch (operator) {
                case "+" -> p + q;
                case "-" -> p - q;
                case "*" -> p * q;
                default -> q == 0 ? null : (Object) (p / q);
            };
        }

        private @Nullable Object whole(long x, long y) {
            java.math.BigInteger a = java.math.BigInteger.valueOf(x);
            java.math.BigInteger b = java.math.BigInteger.valueOf(y);
            if (y == 0 && (operator.equals("/") || operator.equals("%"))) {
                return null;
            }
            java.math.BigInteger result = switch (operator) {
                case "+" -> a.add(b);
                case "-" -> a.subtract(b);
                case "*" -> a.multiply(b);
                case "/" -> a.divide(b);
                default -> a.remainder(b);
            };
            return result.bitLength() < Long.SIZE ? (Object) result.longValue() : null;
        }

        @Override
        public int level() {
            return operator.equals("+") || operator.equals("-") ? 6 : 5;
        }

        @Override
        public String text() {
            return at(left, level()) + " " + operator + " " + at(right, level() - 1);
        }
    }

    // ---- comparisons

    /** Whether {@code left operator right}; unknown when either is. */
    static @Nullable Boolean compare(String operator, @Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (operator.equals("!=")) {
            return !Boolean.TRUE.equals(compare("==", left, right));
        }
        if (left instanceof Boolean && right instanceof Boolean) {
            return operator.equals("==") && left.equals(right);
        }
        int order;
        if (left instanceof String a && right instanceof String b) {
            order = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        } else if (left instanceof Number a && right instanceof Number b) {
            double p = a.doubleValue();
            double q = b.doubleValue();
            if (Double.isNaN(p) || Double.isNaN(q)) {
                return false;
            }
            order = Double.isInfinite(p) || Double.isInfinite(q) ? Double.compare(p, q) : exact(a).compareTo(exact(b));
        } else {
            return false;
        }
        return switch (operator) {
            case "==" -> order == 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    /** A constant as it meets a value of type FLOAT. */
    private static Object meeting(Expression other, Object constant) {
        boolean floating =
                other instanceof Field field && field.floating || other instanceof Element element && element.floating;
        return floating && constant instanceof Number number ? (Object) (double) number.floatValue() : constant;
    }

    private static @Nullable Object side(Expression side, Expression other, Map<String, Object> row) {
        return side instanceof Constant constant ? meeting(other, constant.constant) : side.value(row);
    }

    private static @Nullable Boolean not(@Nullable Boolean value) {
        return value == null ? null : !value;
    }

    record Comparison(String operator, Expression left, Expression right) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            return compare(operator, side(left, right, row), side(right, left, row));
        }

        @Override
        public int level() {
            return operator.equals("==") || operator.equals("!=") ? 10 : 9;
        }

        @Override
        public String text() {
            return at(left, 6) + " " + operator + " " + at(right, 6);
        }
    }

    /** {@code low < value <= high}, or in the other direction. */
    record Range(Expression first, String operator, Expression middle, String second, Expression last)
            implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            return And.of(List.of(new Comparison(operator, first, middle), new Comparison(second, middle, last)), row);
        }

        @Override
        public int level() {
            return 8;
        }

        @Override
        public String text() {
            return at(first, 6) + operator + at(middle, 6) + " " + second + " " + at(last, 6);
        }
    }

    record In(Expression left, List<Object> constants, String list, boolean negative) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = left.value(row);
            if (value == null) {
                return null;
            }
            boolean found = false;
            for (Object constant : constants) {
                found |= Boolean.TRUE.equals(compare("==", value, meeting(left, constant)));
            }
            return found != negative;
        }

        @Override
        public int level() {
            return 7;
        }

        @Override
        public String text() {
            return left.text() + (negative ? " not in " : " IN ") + list;
        }
    }

    /** @param pieces code points, or -1 for any character, or -2 for any run */
    record Like(Expression left, List<Integer> pieces, String pattern, boolean negative) implements Expression {

        static final int CHARACTER = -1;
        static final int RUN = -2;

        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = left.value(row);
            if (value == null) {
                return null;
            }
            return (value instanceof String text && matches(text.codePoints().toArray(), 0, 0)) != negative;
        }

        private boolean matches(int[] text, int at, int piece) {
            if (piece == pieces.size()) {
                return at == text.length;
            }
            int wanted = pieces.get(piece);
            if (wanted == RUN) {
                return matches(text, at, piece + 1) || at < text.length && matches(text, at + 1, piece);
            }
            return at < text.length && (wanted == CHARACTER || wanted == text[at]) && matches(text, at + 1, piece + 1);
        }

        @Override
        public int level() {
            return 2;
        }

        @Override
        public String text() {
            return left.text() + (negative ? " not like " : " LIKE ") + pattern;
        }
    }

    record StartsWith(Expression left, String prefix, String constant) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = left.value(row);
            return value == null ? null : Boolean.valueOf(value instanceof String text && text.startsWith(prefix));
        }

        @Override
        public String text() {
            return "starts_with(" + left.text() + ", " + constant + ")";
        }
    }

    record Empty(Expression left) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = left.value(row);
            return value == null ? null : value.equals("");
        }

        @Override
        public String text() {
            return "EMPTY(" + left.text() + ")";
        }
    }

    record IsNull(Expression left, boolean negative) implements Expression {
        @Override
        public Boolean value(Map<String, Object> row) {
            Object value = left.value(row);
            return (value == null || value == ABSENT) != negative;
        }

        @Override
        public String text() {
            return left.text() + (negative ? " is not null" : " IS NULL");
        }
    }

    record Exists(Json path) implements Expression {
        @Override
        public Boolean value(Map<String, Object> row) {
            Object value = path.value(row);
            return value != null && value != ABSENT;
        }

        @Override
        public String text() {
            return "exists " + path.text();
        }
    }

    // ---- arrays

    /** Whether values are one, lists by their elements. */
    private static boolean same(Object left, Object right) {
        if (left instanceof List<?> a && right instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = same(a.get(i), b.get(i));
            }
            return same;
        }
        return Boolean.TRUE.equals(compare("==", left, right));
    }

    /** @param all every constant, otherwise one of them */
    record Contains(
            String function, Expression array, boolean floating, List<Object> constants, boolean all, String list)
            implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = array.value(row);
            if (value == null) {
                return null;
            }
            if (!(value instanceof List<?> elements)) {
                return false;
            }
            int found = 0;
            for (Object constant : constants) {
                Object wanted = floating && constant instanceof Number number
                        ? (Object) (double) number.floatValue()
                        : constant;
                found += elements.stream().anyMatch(element -> same(element, wanted)) ? 1 : 0;
            }
            return all ? found == constants.size() : found > 0;
        }

        @Override
        public String text() {
            return function + "(" + array.text() + ", " + list + ")";
        }
    }

    record ArrayIs(Expression array, boolean floating, List<Object> constants, String list, boolean negative)
            implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = array.value(row);
            List<Object> wanted = constants.stream()
                    .map(constant -> floating ? (Object) (double) ((Number) constant).floatValue() : constant)
                    .collect(Collectors.toList());
            return value == null ? null : same(value, wanted) != negative;
        }

        @Override
        public int level() {
            return 10;
        }

        @Override
        public String text() {
            return array.text() + (negative ? " != " : " == ") + list;
        }
    }

    // ---- logic

    /** A value of type BOOL or in JSON that is itself a condition. */
    record Condition(Expression inner) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            Object value = inner.value(row);
            if (value == ABSENT) {
                return false;
            }
            return value instanceof Boolean truth ? truth : null;
        }

        @Override
        public String text() {
            return inner.text();
        }
    }

    record Not(Expression inner, String sign) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            return not((Boolean) inner.value(row));
        }

        @Override
        public int level() {
            return 4;
        }

        @Override
        public String text() {
            return sign + at(inner, 4);
        }

        @Override
        public List<Expression> parts() {
            return List.of(inner);
        }
    }

    record And(List<Expression> terms, String sign) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            return of(terms, row);
        }

        static @Nullable Boolean of(List<? extends Expression> terms, Map<String, Object> row) {
            boolean unknown = false;
            for (Expression term : terms) {
                Object value = term.value(row);
                if (Boolean.FALSE.equals(value)) {
                    return false;
                }
                unknown |= value == null;
            }
            return unknown ? null : Boolean.TRUE;
        }

        @Override
        public int level() {
            return 11;
        }

        @Override
        public String text() {
            return terms.stream().map(term -> at(term, 11)).collect(Collectors.joining(sign));
        }

        @Override
        public List<Expression> parts() {
            return smaller(terms, rest -> new And(rest, sign));
        }
    }

    record Or(List<Expression> terms, String sign) implements Expression {
        @Override
        public @Nullable Boolean value(Map<String, Object> row) {
            boolean unknown = false;
            for (Expression term : terms) {
                Object value = term.value(row);
                if (Boolean.TRUE.equals(value)) {
                    return true;
                }
                unknown |= value == null;
            }
            return unknown ? null : Boolean.FALSE;
        }

        @Override
        public int level() {
            return 12;
        }

        @Override
        public String text() {
            return terms.stream().map(term -> at(term, 12)).collect(Collectors.joining(sign));
        }

        @Override
        public List<Expression> parts() {
            return smaller(terms, rest -> new Or(rest, sign));
        }
    }

    private static List<Expression> smaller(
            List<Expression> terms, java.util.function.Function<List<Expression>, Expression> join) {
        List<Expression> parts = new ArrayList<>(terms);
        if (terms.size() > 2) {
            for (int i = 0; i < terms.size(); i++) {
                List<Expression> rest = new ArrayList<>(terms);
                rest.remove(i);
                parts.add(join.apply(rest));
            }
        }
        for (int i = 0; i < terms.size(); i++) {
            for (Expression part : terms.get(i).parts()) {
                List<Expression> changed = new ArrayList<>(terms);
                changed.set(i, part);
                parts.add(join.apply(changed));
            }
        }
        return parts;
    }
}
