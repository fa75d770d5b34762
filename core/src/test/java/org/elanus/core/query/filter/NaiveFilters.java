package org.elanus.core.query.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.jspecify.annotations.Nullable;

/**
 * Makes random rows and random filters, each filter with a function that says, for one row of Java values, whether it
 * is true, false or (null) unknown. Shares nothing with the code under test.
 */
final class NaiveFilters {

    /** Stands for an object or array of JSON. */
    private static final Object COMPOSITE = new Object();
    /** What a JSON path finds where there is nothing, or null: unlike every value, yet known. */
    private static final Object ABSENT = new Object();

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> WORDS =
            List.of("", "a", "ab", "abc", "ba", "b", "é", "éa", "😀", "\uffee", "a%b", "a_b");
    private static final List<Long> INTEGERS = List.of(
            0L,
            1L,
            -1L,
            2L,
            3L,
            5L,
            100L,
            127L,
            128L,
            -128L,
            32767L,
            40000L,
            Integer.MAX_VALUE + 0L,
            Integer.MAX_VALUE + 1L,
            (1L << 53) + 1,
            1L << 53,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE - 1);
    private static final List<Double> DOUBLES = List.of(
            0.0,
            -0.0,
            0.1,
            1.0,
            1.5,
            -2.5,
            3.0,
            100.0,
            9007199254740992.0,
            9.223372036854775807E18,
            -9.223372036854775808E18,
            1e300);
    private static final List<String> SIGNS = List.of("==", "!=", "<", "<=", ">", ">=");

    private final SplittableRandom random;
    private final Map<String, JsonNode> parsed = new HashMap<>();

    NaiveFilters(SplittableRandom random) {
        this.random = random;
    }

    /** A piece of a filter and what it gives for a row. */
    record Term(String text, Function<Map<String, Object>, @Nullable Object> value, boolean isFloat, boolean constant) {

        Term(String text, Function<Map<String, Object>, @Nullable Object> value) {
            this(text, value, false, false);
        }
    }

    static FieldSchema dynamicField() {
        return new FieldSchema(
                0,
                FieldSchema.DYNAMIC_NAME,
                "",
                DataType.JSON,
                null,
                false,
                false,
                true,
                false,
                false,
                true,
                null,
                Map.of());
    }

    static FieldSchema arrayField(String name, DataType elementType) {
        return new FieldSchema(
                0,
                name,
                "",
                DataType.ARRAY,
                elementType,
                false,
                false,
                true,
                false,
                false,
                false,
                null,
                Map.of("max_capacity", "10"));
    }

    Map<String, Object> row(CollectionSchema schema, long id) {
        Map<String, Object> row = new HashMap<>();
        for (FieldSchema field : schema.fields()) {
            if (field.primaryKey()) {
                row.put(field.name(), id % 7 == 6 ? -id : id);
            } else if (!field.nullable() || random.nextInt(5) > 0) {
                row.put(
                        field.name(),
                        switch (field.type()) {
                            case BOOL -> random.nextBoolean();
                            case INT8 -> (long) pick(INTEGERS).byteValue();
                            case INT16 -> (long) pick(INTEGERS).shortValue();
                            case INT32 -> (long) pick(INTEGERS).intValue();
                            case INT64 -> pick(INTEGERS);
                            case FLOAT -> (double) (float) (Math.abs(pick(DOUBLES)) > 1e30 ? 7.0 : pickFloat());
                            case DOUBLE -> pick(DOUBLES);
                            case VARCHAR -> pick(WORDS);
                            case ARRAY -> array(field.name());
                            default -> json(field.dynamic());
                        });
            }
        }
        return row;
    }

    private List<Object> array(String name) {
        List<Object> elements = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            elements.add(
                    switch (name) {
                        case "ai" -> (long) pick(INTEGERS).intValue();
                        case "af" -> (double) (float) pickFloat();
                        default -> pick(WORDS);
                    });
        }
        return elements;
    }

    private double pickFloat() {
        double value = pick(DOUBLES);
        return Math.abs(value) > 1e30 ? 7.0 : value;
    }

    private String json(boolean object) {
        if (!object && random.nextInt(10) == 0) {
            return pick(List.of("null", "1", "\"a\"", "[1]", "true"));
        }
        List<String> members = new ArrayList<>();
        for (String key : List.of("k", "o", "x y", "n")) {
            if (random.nextInt(4) > 0) {
                members.add('"' + key + "\": " + jsonValue(key.equals("o") ? 2 : 0));
            }
        }
        return "{" + String.join(", ", members) + "}";
    }

    private String jsonValue(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> pick(INTEGERS).toString();
            case 1 -> pick(DOUBLES).toString();
            case 2 -> quote(pick(WORDS));
            case 3 -> random.nextBoolean() ? "true" : "false";
            case 4 -> "null";
            case 5 -> "12345678901234567890123";
            case 6 -> "{\"k\": " + jsonValue(depth - 1) + ", \"z\": [{}]}";
            default -> "[" + jsonValue(depth - 1) + ", {\"k\": " + jsonValue(depth - 1) + "}]";
        };
    }

    private static String quote(String text) {
        return '"' + text + '"';
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    Term condition(int depth, Map<String, Object> parameters) {
        int choice = random.nextInt(depth > 0 ? 18 : 13) - 2;
        return switch (choice) {
            case -2 -> contains(parameters);
            case -1 -> element(parameters);
            case 0, 1, 2 -> comparison(number(1, parameters), number(1, parameters));
            case 3 -> range(parameters);
            case 4 -> membership(parameters);
            case 5 -> like(parameters);
            case 6 -> nullCheck();
            case 7 -> bool();
            case 8 -> comparison(text("s"), random.nextBoolean() ? text("t") : constant(pick(WORDS), parameters));
            case 9 -> comparison(path(), random.nextInt(3) == 0 ? field() : constant(anyConstant(), parameters));
            case 10 -> comparison(arithmeticWithPath(parameters), constant(pick(INTEGERS), parameters));
            case 11, 12 -> joined("and", depth, parameters);
            case 13, 14 -> joined("or", depth, parameters);
            default -> negated(condition(depth - 1, parameters));
        };
    }

    private Term joined(String word, int depth, Map<String, Object> parameters) {
        List<Term> terms = new ArrayList<>();
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Term term = condition(depth - 1, parameters);
            boolean or = term.text().contains(" or ") || term.text().contains("||");
            boolean brackets = word.equals("and") && or || random.nextInt(4) == 0;
            terms.add(brackets ? new Term("(" + term.text() + ")", term.value()) : term);
        }
        boolean and = word.equals("and");
        String sign = pick(List.of(word, and ? "&&" : "||", and ? "AND" : " or "));
        String text = terms.stream().map(Term::text).collect(Collectors.joining(" " + sign + " "));
        return new Term(text, row -> {
            boolean unknown = false;
            for (Term term : terms) {
                Object value = term.value().apply(row);
                if (value == null) {
                    unknown = true;
                } else if ((Boolean) value != and) {
                    return !and;
                }
            }
            return unknown ? null : and;
        });
    }

    private Term negated(Term term) {
        return new Term(pick(List.of("not (", "!(", "NOT  (")) + term.text() + ")", row -> {
            Object value = term.value().apply(row);
            return value == null ? null : !(Boolean) value;
        });
    }

    private Term number(int depth, Map<String, Object> parameters) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> constant(random.nextBoolean() ? pick(INTEGERS) : pick(DOUBLES), parameters);
            case 1, 2 -> numberField();
            default -> arithmetic(numberField(), number(0, parameters));
        };
    }

    private Term arithmeticWithPath(Map<String, Object> parameters) {
        return arithmetic(path(), constant(pick(INTEGERS), parameters));
    }

    private Term numberField() {
        String name = pick(List.of("id", "i8", "i16", "i32", "i64", "f", "d"));
        return new Term(name, row -> row.get(name), name.equals("f"), false);
    }

    private Term field() {
        String name = pick(List.of("i32", "i64", "d", "t", "c"));
        return new Term(name, row -> row.get(name));
    }

    private Term text(String name) {
        return new Term(name, row -> row.get(name));
    }

    private Term arithmetic(Term left, Term right) {
        String sign = pick(List.of("+", "-", "*", "/", "%"));
        boolean json = left.text().contains("\"") || left.text().equals("k");
        boolean floating = List.of("f", "d").contains(left.text())
                || List.of("f", "d").contains(right.text())
                || right.constant() && !json && right.value().apply(Map.of()) instanceof Double;
        if (sign.equals("%") && floating) {
            sign = "+";
        }
        Object divisor = right.constant() ? right.value().apply(Map.of()) : 1;
        if ((sign.equals("/") || sign.equals("%")) && ((Number) divisor).doubleValue() == 0) {
            sign = "-";
        }
        String operator = sign;
        return new Term("(" + left.text() + " " + sign + " " + right.text() + ")", row -> {
            Object a = left.value().apply(row);
            Object b = right.value().apply(row);
            if (a == null || b == null) {
                return null;
            }
            if (!(a instanceof Number) || !(b instanceof Number)) {
                return COMPOSITE;
            }
            return compute(operator, a, b);
        });
    }

    private static @Nullable Object compute(String sign, Object left, Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            BigInteger x = BigInteger.valueOf(a);
            BigInteger y = BigInteger.valueOf(b);
            if (b == 0 && (sign.equals("/") || sign.equals("%"))) {
                return null;
            }
            BigInteger result = switch (sign) {
                case "+" -> x.add(y);
                case "-" -> x.subtract(y);
                case "*" -> x.multiply(y);
                case "/" -> x.divide(y);
                default -> x.remainder(y);
            };
            return result.bitLength() < 64 ? result.longValue() : null;
        }
        double x = ((Number) left).doubleValue();
        double y = ((Number) right).doubleValue();
        return switch (sign) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> y == 0 ? null : (Object) (x / y);
            default -> COMPOSITE;
        };
    }

    private Term path() {
        String base = pick(List.of("meta", "$meta", "dynamic"));
        List<Object> steps = new ArrayList<>();
        String text;
        if (base.equals("dynamic")) {
            steps.add("k");
            text = "k";
        } else {
            steps.add(pick(List.of("k", "o", "x y", "n", "absent")));
            text = base + "[" + quote((String) steps.getFirst()) + "]";
            if (base.equals("meta") && random.nextInt(8) == 0) {
                steps.clear();
                text = "meta";
            }
        }
        if (random.nextInt(3) == 0 && !steps.isEmpty() && steps.getFirst().equals("o")) {
            Object step = random.nextBoolean() ? "k" : random.nextInt(3);
            steps.add(step);
            text += step instanceof String ? "['" + step + "']" : "[" + step + "]";
        }
        String field = base.equals("dynamic") ? "$meta" : base;
        return new Term(text, row -> {
            String json = (String) row.get(field);
            return json == null && field.equals("$meta") ? ABSENT : lookUp(json, steps);
        });
    }

    private @Nullable Object lookUp(@Nullable String json, List<Object> steps) {
        if (json == null) {
            return null;
        }
        try {
            JsonNode node = parsed.get(json);
            if (node == null) {
                node = MAPPER.readTree(json);
                parsed.put(json, node);
            }
            for (Object step : steps) {
                node = step instanceof String key
                        ? node.isObject() ? node.path(key) : node.path("no")
                        : node.isArray() ? node.path((Integer) step) : node.path("no");
            }
            if (node.isMissingNode() || node.isNull()) {
                return ABSENT;
            }
            if (node.isTextual()) {
                return node.textValue();
            }
            if (node.isBoolean()) {
                return node.booleanValue();
            }
            if (node.isNumber()) {
                return node.isIntegralNumber() && node.canConvertToLong()
                        ? (Object) node.longValue()
                        : node.doubleValue();
            }
            return COMPOSITE;
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Object anyConstant() {
        return switch (random.nextInt(4)) {
            case 0 -> pick(INTEGERS);
            case 1 -> pick(DOUBLES);
            case 2 -> pick(WORDS);
            default -> random.nextBoolean();
        };
    }

    private Term constant(Object value, Map<String, Object> parameters) {
        String text;
        if (random.nextInt(6) == 0) {
            String name = "p" + parameters.size();
            parameters.put(name, value);
            text = "{" + name + "}";
        } else {
            text = literal(value);
        }
        return new Term(text, row -> value, false, true);
    }

    private String literal(Object value) {
        return switch (value) {
            case String word -> random.nextBoolean() ? quote(word) : "'" + word + "'";
            case Boolean bool -> pick(bool ? List.of("true", "True", "TRUE") : List.of("false", "False", "FALSE"));
            case Long number
            when number >= 0 && random.nextInt(8) == 0 ->
                random.nextBoolean() ? "0x" + Long.toHexString(number) : "0b" + Long.toBinaryString(number);
            default -> value.toString();
        };
    }

    private Term comparison(Term left, Term right) {
        String sign = pick(SIGNS);
        boolean booleans =
                List.of(left, right).stream().anyMatch(term -> term.text().equals("c"))
                        || left.constant() && left.value().apply(Map.of()) instanceof Boolean
                        || right.constant() && right.value().apply(Map.of()) instanceof Boolean;
        if (booleans) {
            sign = random.nextBoolean() ? "==" : "!=";
        }
        Term first = random.nextBoolean() ? left : right;
        Term second = first == left ? right : left;
        return compared(first, sign, second);
    }

    private Term compared(Term left, String sign, Term right) {
        return new Term(left.text() + " " + sign + " " + right.text(), row -> {
            Object a = left.value().apply(row);
            Object b = right.value().apply(row);
            // A constant is rounded to the type of a FLOAT field that it meets.
            if (left.isFloat() && right.constant()) {
                b = (double) ((Number) b).floatValue();
            }
            if (right.isFloat() && left.constant()) {
                a = (double) ((Number) a).floatValue();
            }
            return a == null || b == null ? null : holds(sign, a, b);
        });
    }

    private static boolean holds(String sign, Object a, Object b) {
        int order;
        if (a instanceof Number x && b instanceof Number y) {
            order = exact(x, y);
        } else if (a instanceof String x && b instanceof String y) {
            order = Arrays.compareUnsigned(x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
        } else if (a instanceof Boolean && b instanceof Boolean) {
            return sign.equals("==") == a.equals(b) && (sign.equals("==") || sign.equals("!="));
        } else {
            return sign.equals("!=");
        }
        return switch (sign) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static boolean isNothing(@Nullable Object value) {
        return value == null || value == ABSENT;
    }

    private static int exact(Number a, Number b) {
        double x = a.doubleValue();
        double y = b.doubleValue();
        if (Double.isInfinite(x) || Double.isInfinite(y)) {
            return Double.compare(x, y);
        }
        return decimal(a).compareTo(decimal(b));
    }

    private static BigDecimal decimal(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    private Term range(Map<String, Object> parameters) {
        Term middle = random.nextBoolean() ? numberField() : path();
        boolean up = random.nextBoolean();
        String first = up ? pick(List.of("<", "<=")) : pick(List.of(">", ">="));
        String second = up ? pick(List.of("<", "<=")) : pick(List.of(">", ">="));
        Term low = constant(pick(INTEGERS), parameters);
        Term high = constant(random.nextBoolean() ? pick(INTEGERS) : pick(DOUBLES), parameters);
        Term lower = compared(low, first, middle);
        Term upper = compared(middle, second, high);
        return new Term(low.text() + " " + first + " " + middle.text() + " " + second + " " + high.text(), row -> {
            Object a = lower.value().apply(row);
            Object b = upper.value().apply(row);
            return a == null || b == null ? null : (Boolean) a && (Boolean) b;
        });
    }

    private Term membership(Map<String, Object> parameters) {
        Term left = switch (random.nextInt(4)) {
            case 0 -> numberField();
            case 1 -> text("s");
            case 2 -> text("b");
            default -> path();
        };
        List<Object> values = new ArrayList<>();
        int count = random.nextInt(4) == 0 ? random.nextInt(30) : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            values.add(
                    switch (left.text()) {
                        case "s" -> pick(WORDS);
                        case "b" -> random.nextBoolean();
                        case "id", "i8", "i16", "i32", "i64", "f", "d" ->
                            random.nextInt(3) == 0 ? pick(DOUBLES) : pick(INTEGERS);
                        default -> anyConstant();
                    });
        }
        boolean negative = random.nextBoolean();
        String list;
        if (random.nextInt(4) == 0) {
            list = "{p" + parameters.size() + "}";
            parameters.put("p" + parameters.size(), values);
        } else {
            list = values.stream().map(this::literal).collect(Collectors.joining(", ", "[", count > 0 ? ",]" : "]"));
        }
        return new Term(left.text() + (negative ? " not in " : " in ") + list, row -> {
            Object a = left.value().apply(row);
            if (a == null) {
                return null;
            }
            boolean member = values.stream()
                    .map(value -> left.isFloat() ? (Object) (double) ((Number) value).floatValue() : value)
                    .anyMatch(value -> holds("==", a, value));
            return member != negative;
        });
    }

    private Term like(Map<String, Object> parameters) {
        Term left = random.nextBoolean() ? text("s") : path();
        StringBuilder pattern = new StringBuilder();
        StringBuilder regex = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    pattern.append('%');
                    regex.append(".*");
                }
                case 2 -> {
                    pattern.append('_');
                    regex.append('.');
                }
                case 3 -> {
                    String special = random.nextBoolean() ? "%" : "_";
                    pattern.append('\\').append(special);
                    regex.append(special);
                }
                default -> {
                    String letter = pick(List.of("a", "b", "é", "😀"));
                    pattern.append(letter);
                    regex.append(letter);
                }
            }
        }
        Pattern compiled = Pattern.compile(regex.toString(), Pattern.DOTALL);
        boolean negative = random.nextInt(4) == 0;
        String text;
        if (random.nextInt(4) == 0) {
            text = "{p" + parameters.size() + "}";
            parameters.put("p" + parameters.size(), pattern.toString());
        } else {
            text = quote(
                    random.nextBoolean()
                            ? pattern.toString()
                            : pattern.toString().replace("\\", "\\\\"));
        }
        return new Term(left.text() + (negative ? " not like " : " like ") + text, row -> {
            Object a = left.value().apply(row);
            return a == null
                    ? null
                    : (a instanceof String word && compiled.matcher(word).matches()) != negative;
        });
    }

    private Term contains(Map<String, Object> parameters) {
        String name = pick(List.of("ai", "af", "at", "meta"));
        Function<Map<String, Object>, @Nullable Object> array = row -> row.get(name);
        String text = name;
        if (name.equals("meta")) {
            text = "meta[\"o\"]" + (random.nextInt(3) == 0 ? "[0]" : "");
            boolean nested = text.endsWith("[0]");
            array = row -> jsonArray((String) row.get("meta"), nested);
        }
        List<Object> wanted = new ArrayList<>();
        String function = pick(List.of("contains", "contains_any", "contains_all"));
        for (int i = function.equals("contains") ? 1 : random.nextInt(4); i > 0; i--) {
            wanted.add(
                    switch (name) {
                        case "ai", "af" -> random.nextInt(3) == 0 ? pick(DOUBLES) : pick(INTEGERS);
                        case "at" -> pick(WORDS);
                        default -> anyConstant();
                    });
        }
        String list = function.equals("contains")
                ? constant(wanted.getFirst(), parameters).text()
                : wanted.stream().map(this::literal).collect(Collectors.joining(",", "[", "]"));
        String called = pick(List.of("json_", "array_")) + function;
        Function<Map<String, Object>, @Nullable Object> source = array;
        return new Term(
                (random.nextBoolean() ? called : called.toUpperCase(java.util.Locale.ROOT)) + "(" + text + ", " + list
                        + ")",
                row -> {
                    Object found = source.apply(row);
                    if (found == null) {
                        return null;
                    }
                    if (!(found instanceof List<?> elements)) {
                        return false;
                    }
                    Predicate<Object> holds = value -> elements.stream()
                            .anyMatch(element -> element != null
                                    && holds(
                                            "==",
                                            element,
                                            name.equals("af")
                                                    ? (Object) (double) ((Number) value).floatValue()
                                                    : value));
                    return function.equals("contains_all")
                            ? wanted.stream().allMatch(holds)
                            : wanted.stream().anyMatch(holds);
                });
    }

    private @Nullable Object jsonArray(@Nullable String json, boolean nested) {
        if (json == null) {
            return null;
        }
        try {
            JsonNode node = MAPPER.readTree(json);
            node = node.isObject() ? node.path("o") : node.path("no");
            node = !nested ? node : node.isArray() ? node.path(0) : node.path("no");
            if (node.isMissingNode() || node.isNull()) {
                return ABSENT;
            }
            if (!node.isArray()) {
                return COMPOSITE;
            }
            List<Object> elements = new ArrayList<>();
            node.forEach(element -> elements.add(lookUp(element.toString(), List.of())));
            return elements;
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Term element(Map<String, Object> parameters) {
        if (random.nextInt(3) == 0) {
            boolean json = random.nextBoolean();
            Term length = new Term("array_length(" + (json ? "meta['o']" : "at") + ")", row -> {
                Object array = json ? jsonArray((String) row.get("meta"), false) : row.get("at");
                return array instanceof List<?> elements ? (Object) (long) elements.size() : null;
            });
            return comparison(length, constant((long) random.nextInt(4), parameters));
        }
        String name = pick(List.of("ai", "af", "at"));
        int position = random.nextInt(4);
        Term element = new Term(
                name + "[" + position + "]",
                row -> row.get(name) instanceof List<?> elements && elements.size() > position
                        ? elements.get(position)
                        : null,
                name.equals("af"),
                false);
        Object value = name.equals("at") ? pick(WORDS) : random.nextBoolean() ? pick(INTEGERS) : pick(DOUBLES);
        return random.nextInt(5) == 0
                ? new Term(element.text() + " is null", row -> element.value().apply(row) == null)
                : comparison(element, constant(value, parameters));
    }

    private Term nullCheck() {
        if (random.nextInt(3) == 0) {
            Term path = path();
            return new Term("exists " + path.text(), row -> !isNothing(path.value().apply(row)));
        }
        Term left = random.nextBoolean() ? path() : text(pick(List.of("i8", "id", "s", "b", "f", "ai")));
        boolean negative = random.nextBoolean();
        return new Term(
                left.text() + (negative ? " is not null" : " IS NULL"),
                row -> isNothing(left.value().apply(row)) != negative);
    }

    private Term bool() {
        return switch (random.nextInt(4)) {
            case 0 -> text("b");
            case 1 -> negatedField();
            case 2 -> {
                Term path = path();
                yield new Term(
                        "(" + path.text() + ")",
                        row -> switch (path.value().apply(row)) {
                            case Boolean value -> value;
                            case Object other when other == ABSENT -> false;
                            case null, default -> null;
                        });
            }
            default ->
                compared(
                        text("b"),
                        random.nextBoolean() ? "==" : "!=",
                        random.nextBoolean() ? text("c") : new Term("true", row -> true));
        };
    }

    private Term negatedField() {
        return new Term("not b", row -> row.get("b") == null ? null : !(Boolean) row.get("b"));
    }
}
