package org.elanus.core.query.naive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.jspecify.annotations.Nullable;

/** Random rows of every scalar type, with nulls, extreme numbers and odd texts. JSON is kept as Maps and Lists. */
public final class Data {

    /** The null of JSON. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    static final List<String> WORDS = List.of(
            "",
            "a",
            "ab",
            "abc",
            "ba",
            "b",
            "B",
            "é",
            "e\u0301",
            "éa",
            "😀",
            "\uffee",
            "a%b",
            "a_b",
            "%",
            "\\",
            "a\\b",
            "\"",
            "'",
            "\n",
            "\u0000",
            " ",
            "null",
            "1",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    static final List<Long> INTEGERS = List.of(
            0L,
            1L,
            -1L,
            2L,
            3L,
            5L,
            10L,
            100L,
            127L,
            128L,
            -128L,
            -129L,
            32767L,
            32768L,
            40000L,
            1L << 24,
            (1L << 24) + 1,
            Integer.MAX_VALUE + 0L,
            Integer.MAX_VALUE + 1L,
            (long) Integer.MIN_VALUE,
            (1L << 53) + 1,
            1L << 53,
            -(1L << 53) - 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE - 1,
            Long.MIN_VALUE + 1);
    static final List<Double> DOUBLES = List.of(
            0.0,
            -0.0,
            0.1,
            -0.1,
            0.5,
            1.0,
            1.5,
            2.0,
            3.0,
            100.25,
            127.5,
            1e-300,
            Double.MIN_VALUE,
            16777217.0,
            0x1p53,
            0x1p63,
            -0x1p63,
            9.223372036854775E18,
            1e30,
            -1e30,
            (double) Float.MAX_VALUE,
            (double) 0.1f,
            1e300,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            1 / 3.0);
    private static final List<String> KEYS = List.of("a", "b", "c", "é", "a b", "0", "");

    private final SplittableRandom random;

    public Data(SplittableRandom random) {
        this.random = random;
    }

    /** The scalar fields, the dynamic one last. */
    public static List<FieldSchema> fields() {
        List<FieldSchema> fields = new ArrayList<>(List.of(
                FieldSchema.primaryKey("id", DataType.INT64, false),
                FieldSchema.of("i8", DataType.INT8).withNullable(true),
                FieldSchema.of("i16", DataType.INT16),
                FieldSchema.of("i32", DataType.INT32).withNullable(true),
                FieldSchema.of("i64", DataType.INT64).withNullable(true),
                FieldSchema.of("f", DataType.FLOAT).withNullable(true),
                FieldSchema.of("d", DataType.DOUBLE).withNullable(true),
                FieldSchema.of("yes", DataType.BOOL).withNullable(true),
                FieldSchema.of("sure", DataType.BOOL),
                FieldSchema.varchar("s", 400).withNullable(true),
                FieldSchema.varchar("t", 400),
                FieldSchema.of("meta", DataType.JSON).withNullable(true)));
        for (DataType type : List.of(
                DataType.BOOL,
                DataType.INT8,
                DataType.INT16,
                DataType.INT32,
                DataType.INT64,
                DataType.FLOAT,
                DataType.DOUBLE,
                DataType.VARCHAR)) {
            fields.add(array(arrayName(type), type));
        }
        fields.add(dynamic());
        return fields;
    }

    static String arrayName(DataType element) {
        return "a_" + element.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** A nullable ARRAY field. */
    public static FieldSchema array(String name, DataType element) {
        Map<String, String> parameters = new HashMap<>(Map.of("max_capacity", "10"));
        if (element == DataType.VARCHAR) {
            parameters.put("max_length", "400");
        }
        return new FieldSchema(
                0, name, "", DataType.ARRAY, element, false, false, true, false, false, false, null, parameters);
    }

    /** The dynamic field. */
    public static FieldSchema dynamic() {
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

    /** A row. Values of JSON fields are Maps and Lists. */
    public Map<String, Object> row(List<FieldSchema> fields, long id) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (FieldSchema field : fields) {
            Object value;
            if (field.primaryKey()) {
                value = id;
            } else if (field.type().isVector() || field.nullable() && random.nextInt(6) == 0) {
                value = null;
            } else if (field.dynamic()) {
                value = object(2);
            } else if (field.type() == DataType.JSON) {
                value = random.nextInt(6) == 0 ? json(3) : object(3);
            } else if (field.type() == DataType.ARRAY) {
                List<Object> elements = new ArrayList<>();
                for (int left = random.nextInt(5); left > 0; left--) {
                    elements.add(scalar(java.util.Objects.requireNonNull(field.elementType())));
                }
                value = elements;
            } else {
                value = scalar(field.type());
            }
            if (value != null) {
                row.put(field.name(), value);
            }
        }
        return row;
    }

    private Object scalar(DataType type) {
        return switch (type) {
            case BOOL -> random.nextBoolean();
            case INT8 -> (long) (byte) integer();
            case INT16 -> (long) (short) integer();
            case INT32 -> (long) (int) integer();
            case INT64 -> integer();
            case FLOAT -> {
                float value = (float) (double) pick(DOUBLES);
                yield Float.isFinite(value) ? (double) value : 0.25;
            }
            case DOUBLE -> pick(DOUBLES);
            default -> pick(WORDS);
        };
    }

    private long integer() {
        return random.nextInt(3) == 0 ? pick(INTEGERS) : random.nextInt(-3, 6);
    }

    private Object json(int depth) {
        return switch (random.nextInt(depth == 0 ? 6 : 9)) {
            case 0 -> integer();
            case 1 -> pick(DOUBLES);
            case 2 -> pick(WORDS);
            case 3 -> random.nextBoolean();
            case 4 -> NULL;
            case 5 -> (long) random.nextInt(4);
            case 6 -> object(depth - 1);
            default -> {
                List<Object> list = new ArrayList<>();
                for (int left = random.nextInt(4); left > 0; left--) {
                    list.add(json(depth - 1));
                }
                yield list;
            }
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int left = random.nextInt(5); left > 0; left--) {
            object.put(pick(KEYS), json(depth));
        }
        return object;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** A path into JSON: mostly one that leads somewhere in some rows. */
    List<Object> path() {
        List<Object> path = new ArrayList<>();
        if (random.nextInt(2) == 0) {
            path.add(pick(KEYS.subList(0, 4)));
            return path;
        }
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            path.add(random.nextInt(4) == 0 ? (Object) random.nextInt(3) : pick(KEYS));
        }
        if (path.getFirst() instanceof Integer) {
            path.set(0, pick(KEYS));
        }
        return path;
    }

    /** A value as JSON text. Whole doubles are written with a fraction now and then, as others write them. */
    public static String print(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map -> {
                List<String> members = new ArrayList<>();
                map.forEach((key, member) -> members.add(print(key) + ": " + print(member)));
                yield "{" + String.join(", ", members) + "}";
            }
            case List<?> list -> {
                List<String> elements = new ArrayList<>();
                list.forEach(element -> elements.add(print(element)));
                yield "[" + String.join(",", elements) + "]";
            }
            case String text -> {
                StringBuilder quoted = new StringBuilder("\"");
                for (char c : text.toCharArray()) {
                    if (c == '"' || c == '\\') {
                        quoted.append('\\').append(c);
                    } else if (c < ' ') {
                        quoted.append("\\u%04x".formatted((int) c));
                    } else {
                        quoted.append(c);
                    }
                }
                yield quoted.append('"').toString();
            }
            default -> value.toString();
        };
    }

    /** The row with JSON as text, as it is stored. */
    public static Map<String, Object> stored(List<FieldSchema> fields, Map<String, Object> row) {
        Map<String, Object> stored = new HashMap<>(row);
        for (FieldSchema field : fields) {
            if (field.type() == DataType.JSON && row.containsKey(field.name())) {
                stored.put(field.name(), print(row.get(field.name())));
            }
        }
        return stored;
    }
}
