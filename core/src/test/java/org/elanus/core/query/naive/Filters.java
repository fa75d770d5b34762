package org.elanus.core.query.naive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.elanus.spi.database.DataType;

/** Makes random filters over the fields of {@link Data}. */
public final class Filters {

    private static final List<String> RELATIONS = List.of("==", "!=", "<", "<=", ">", ">=");
    private static final List<DataType> ELEMENTS = List.of(
            DataType.BOOL,
            DataType.INT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.VARCHAR);

    /** A filter with the values of its templates. */
    public record Case(Expression filter, Map<String, Object> templates) {}

    private final SplittableRandom random;
    private final Data data;
    private Writer writer;

    public Filters(SplittableRandom random) {
        this.random = random;
        data = new Data(random);
        writer = new Writer(random, Map.of());
    }

    /** @param depth of and, or and not */
    public Case next(int depth) {
        Map<String, Object> templates = new LinkedHashMap<>();
        writer = new Writer(random, templates);
        return new Case(condition(depth), templates);
    }

    private Expression condition(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return leaf();
        }
        if (random.nextInt(4) == 0) {
            return new Expression.Not(condition(depth - 1), pick(List.of("not ", "!", "NOT ")));
        }
        List<Expression> terms = new ArrayList<>();
        for (int left = 2 + random.nextInt(3); left > 0; left--) {
            terms.add(condition(depth - 1));
        }
        return random.nextBoolean()
                ? new Expression.And(terms, pick(List.of(" and ", " && ", " AND ", "&&")))
                : new Expression.Or(terms, pick(List.of(" or ", " || ", " OR ", "\n||")));
    }

    private Expression leaf() {
        return switch (random.nextInt(18)) {
            case 0, 1, 2, 3 -> ordered(number(2), pick(RELATIONS), number(1));
            case 4 -> ordered(text(), pick(RELATIONS), random.nextInt(3) == 0 ? text() : writer.constant(word()));
            case 5 ->
                ordered(
                        bool(),
                        pick(List.of("==", "!=")),
                        random.nextBoolean() ? bool() : writer.constant(random.nextBoolean()));
            case 6, 7 -> ordered(json(), pick(RELATIONS), anything());
            case 8, 9 -> in();
            case 10 -> like();
            case 11 -> nothing();
            case 12 -> contains();
            case 13 -> arrayIs();
            case 14 ->
                random.nextBoolean()
                        ? new Expression.Empty(textual())
                        : startsWith(textual(), word());
            case 15 -> new Expression.Condition(truth());
            case 16 -> range();
            default -> element();
        };
    }

    /** A constant may stand on either side, but not on both. */
    private Expression ordered(Expression left, String relation, Expression right) {
        if (left instanceof Expression.Constant && right instanceof Expression.Constant) {
            return new Expression.Comparison(relation, new Expression.Field("i16", false), number(0));
        }
        return random.nextInt(4) == 0
                ? new Expression.Comparison(relation, right, left)
                : new Expression.Comparison(relation, left, right);
    }

    // ---- values

    private String word() {
        return pick(Data.WORDS);
    }

    private Object numeral() {
        return random.nextInt(3) == 0
                ? (Object) pick(Data.DOUBLES)
                : random.nextBoolean() ? pick(Data.INTEGERS) : (Object) (long) random.nextInt(-3, 6);
    }

    private Object mixed() {
        return switch (random.nextInt(4)) {
            case 0 -> word();
            case 1 -> random.nextBoolean();
            default -> numeral();
        };
    }

    private Expression.Field field(String... names) {
        String name = names[random.nextInt(names.length)];
        return new Expression.Field(name, name.equals("f"));
    }

    private Expression text() {
        return field("s", "t");
    }

    private Expression bool() {
        return field("yes", "sure");
    }

    private Expression textual() {
        return random.nextBoolean() ? text() : json();
    }

    private Expression truth() {
        return switch (random.nextInt(3)) {
            case 0 -> json();
            case 1 -> new Expression.Element(Data.arrayName(DataType.BOOL), random.nextInt(4), false);
            default -> bool();
        };
    }

    private Expression.Json json() {
        List<Object> path = data.path();
        if (random.nextInt(12) == 0) {
            return new Expression.Json("meta", false, List.of(), "meta");
        }
        boolean dynamic = random.nextInt(3) == 0;
        if (dynamic && random.nextBoolean()) {
            // Written bare: no field of the schema has this name.
            List<Object> bare = new ArrayList<>(path);
            String name = pick(List.of("a", "b", "c"));
            bare.set(0, name);
            return new Expression.Json("$meta", true, bare, name + subscripts(bare.subList(1, bare.size())));
        }
        return new Expression.Json(
                dynamic ? "$meta" : "meta", dynamic, path, (dynamic ? "$meta" : "meta") + subscripts(path));
    }

    private String subscripts(List<Object> path) {
        StringBuilder text = new StringBuilder();
        for (Object step : path) {
            text.append('[').append(step instanceof String ? writer.literal(step) : step).append(']');
        }
        return text.toString();
    }

    private Expression length() {
        return new Expression.Length(
                random.nextBoolean() ? json() : new Expression.Field(Data.arrayName(pick(ELEMENTS)), false));
    }

    private Expression elementOf(DataType type) {
        return new Expression.Element(Data.arrayName(type), random.nextInt(5), type == DataType.FLOAT);
    }

    private Expression number(int depth) {
        return switch (random.nextInt(depth == 0 ? 8 : 11)) {
            case 0, 1, 2 -> field("id", "i8", "i16", "i32", "i64");
            case 3 -> field("f", "d");
            case 4, 5 -> writer.constant(numeral());
            case 6 ->
                switch (random.nextInt(3)) {
                    case 0 -> json();
                    case 1 -> length();
                    default -> elementOf(pick(ELEMENTS.subList(1, 7)));
                };
            case 7 -> field("i32", "d");
            default -> arithmetic(depth);
        };
    }

    private Expression arithmetic(int depth) {
        Expression left = number(depth - 1);
        Expression right = number(depth - 1);
        if (left instanceof Expression.Constant && right instanceof Expression.Constant) {
            left = field("i8", "i64", "d");
        }
        String operator = pick(List.of("+", "-", "*", "/", "%"));
        if (operator.equals("%") && (isFloating(left) || isFloating(right))) {
            operator = "-";
        }
        if (right instanceof Expression.Constant(Number divisor, String text, int level) && divisor.doubleValue() == 0) {
            operator = "+";
        }
        return new Expression.Arithmetic(operator, left, right);
    }

    /** Known to be no whole number whatever the row, which {@code %} refuses. */
    private static boolean isFloating(Expression value) {
        return switch (value) {
            case Expression.Constant constant -> constant.constant() instanceof Double;
            case Expression.Field field -> field.name().equals("f") || field.name().equals("d");
            case Expression.Arithmetic both ->
                !isDynamic(both) && (isFloating(both.left()) || isFloating(both.right()));
            default -> false;
        };
    }

    private static boolean isDynamic(Expression value) {
        return switch (value) {
            case Expression.Json json -> true;
            case Expression.Element element -> true;
            case Expression.Length length -> true;
            case Expression.Arithmetic both -> isDynamic(both.left()) || isDynamic(both.right());
            default -> false;
        };
    }

    private Expression anything() {
        return switch (random.nextInt(6)) {
            case 0 -> field("i8", "i64", "f", "d", "yes", "s", "t");
            case 1 -> json();
            case 2 -> elementOf(pick(ELEMENTS));
            default -> writer.constant(mixed());
        };
    }

    private Object of(DataType type) {
        return switch (type) {
            case BOOL -> random.nextBoolean();
            case VARCHAR -> word();
            default -> numeral();
        };
    }

    // ---- conditions

    private Expression element() {
        DataType type = pick(ELEMENTS);
        return ordered(
                elementOf(type),
                pick(RELATIONS),
                random.nextInt(5) == 0 ? elementOf(pick(ELEMENTS)) : writer.constant(of(type)));
    }

    private Expression in() {
        Expression left;
        List<Object> constants = new ArrayList<>();
        int count = random.nextInt(random.nextInt(10) == 0 ? 40 : 5);
        switch (random.nextInt(6)) {
            case 0 -> {
                left = text();
                fill(constants, count, this::word);
            }
            case 1 -> {
                left = bool();
                fill(constants, Math.min(count, 3), random::nextBoolean);
            }
            case 2 -> {
                left = json();
                fill(constants, count, this::mixed);
            }
            case 3 -> {
                DataType type = pick(ELEMENTS);
                left = elementOf(type);
                fill(constants, count, () -> of(type));
            }
            case 4 -> {
                left = length();
                fill(constants, count, this::numeral);
            }
            default -> {
                left = field("id", "i8", "i16", "i32", "i64", "f", "d");
                fill(constants, count, this::numeral);
            }
        }
        return new Expression.In(left, constants, writer.list(constants), random.nextBoolean());
    }

    private static void fill(List<Object> list, int count, java.util.function.Supplier<Object> values) {
        for (int i = 0; i < count; i++) {
            list.add(values.get());
        }
    }

    private Expression like() {
        List<Integer> pieces = new ArrayList<>();
        word().codePoints().limit(12).forEach(c -> {
            int kind = random.nextInt(6);
            pieces.add(kind == 0 ? Expression.Like.RUN : kind == 1 ? Expression.Like.CHARACTER : (Integer) c);
        });
        if (random.nextBoolean()) {
            pieces.add(random.nextInt(pieces.size() + 1), Expression.Like.RUN);
        }
        Expression left = switch (random.nextInt(4)) {
            case 0 -> json();
            case 1 -> elementOf(DataType.VARCHAR);
            default -> text();
        };
        return new Expression.Like(left, pieces, writer.pattern(pieces), random.nextBoolean());
    }

    private Expression startsWith(Expression left, String prefix) {
        return new Expression.StartsWith(left, prefix, writer.constant(prefix).text());
    }

    private Expression nothing() {
        return switch (random.nextInt(4)) {
            case 0 -> new Expression.Exists(json());
            case 1 -> new Expression.IsNull(json(), random.nextBoolean());
            case 2 -> new Expression.IsNull(elementOf(pick(ELEMENTS)), random.nextBoolean());
            default ->
                new Expression.IsNull(
                        field("id", "i8", "i64", "f", "yes", "s", Data.arrayName(pick(ELEMENTS))), random.nextBoolean());
        };
    }

    private Expression contains() {
        DataType type = pick(ELEMENTS);
        boolean inJson = random.nextBoolean();
        Expression array = inJson ? json() : new Expression.Field(Data.arrayName(type), false);
        List<Object> constants = new ArrayList<>();
        fill(constants, random.nextInt(4), () -> inJson ? jsonConstant() : of(type));
        String name = (random.nextBoolean() ? "json" : "array") + "_contains";
        int kind = random.nextInt(3);
        if (kind == 0) {
            Object one = inJson ? jsonConstant() : of(type);
            String text = one instanceof List<?> list ? writer.list(list) : writer.constant(one).text();
            return new Expression.Contains(
                    cased(name), array, !inJson && type == DataType.FLOAT, List.of(one), true, text);
        }
        return new Expression.Contains(
                cased(name + (kind == 1 ? "_all" : "_any")),
                array,
                !inJson && type == DataType.FLOAT,
                constants,
                kind == 1,
                writer.list(constants));
    }

    private Object jsonConstant() {
        if (random.nextInt(6) > 0) {
            return mixed();
        }
        List<Object> list = new ArrayList<>();
        fill(list, random.nextInt(3), this::mixed);
        return list;
    }

    private Expression arrayIs() {
        DataType type = pick(ELEMENTS);
        boolean inJson = random.nextBoolean();
        List<Object> constants = new ArrayList<>();
        fill(constants, random.nextInt(3), () -> inJson ? jsonConstant() : of(type));
        return new Expression.ArrayIs(
                inJson ? json() : new Expression.Field(Data.arrayName(type), false),
                !inJson && type == DataType.FLOAT,
                constants,
                writer.list(constants),
                random.nextBoolean());
    }

    private String cased(String name) {
        return random.nextInt(3) == 0 ? name.toUpperCase(Locale.ROOT) : name;
    }

    private Expression range() {
        Expression middle;
        Object low;
        Object high;
        switch (random.nextInt(4)) {
            case 0 -> {
                middle = text();
                low = word();
                high = word();
            }
            case 1 -> {
                middle = json();
                low = mixed();
                high = mixed();
            }
            default -> {
                middle = number(1);
                if (middle instanceof Expression.Constant) {
                    middle = field("i32", "f", "d");
                }
                low = numeral();
                high = numeral();
            }
        }
        String sign = random.nextBoolean() ? "<" : ">";
        return new Expression.Range(
                writer.constant(low),
                sign + (random.nextBoolean() ? "=" : ""),
                middle,
                sign + (random.nextBoolean() ? "=" : ""),
                writer.constant(high));
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
