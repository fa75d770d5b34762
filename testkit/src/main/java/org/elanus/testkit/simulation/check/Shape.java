package org.elanus.testkit.simulation.check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * What the collections of one name look like, and how all values of a row follow from its key and version: a row that is
 * put together from two versions, or zeroed, shows in itself.
 *
 * @param textKeys the primary key is a VARCHAR
 * @param autoId the server gives the keys; the values then follow from the version alone
 * @param shards of the collection
 * @param metric of the vector index, L2 or IP
 */
public record Shape(boolean textKeys, boolean autoId, int shards, String metric) {

    /** Dimensions of the vector. Its values are small whole numbers, so that distances are exact in any order. */
    public static final int DIMENSION = 4;

    /** The remainders of versions that the field {@link #GROUP} holds. */
    public static final int GROUPS = 5;

    public static final String KEY = "id";
    public static final String VERSION = "version";
    public static final String GROUP = "bucket";
    /** A field that is added while the collection lives. */
    public static final String ADDED = "added";

    private static final String MARK = "mark";
    static final String TEXT = "text";
    static final String VECTOR = "vector";

    /** A row that a read has returned. */
    record Seen(Object key, long version) {}

    CollectionSchema schema() {
        return new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey(KEY, textKeys ? DataType.VARCHAR : DataType.INT64, autoId),
                        FieldSchema.of(VERSION, DataType.INT64),
                        FieldSchema.of(GROUP, DataType.INT64),
                        FieldSchema.of(MARK, DataType.INT64),
                        FieldSchema.varchar(TEXT, 64),
                        FieldSchema.vector(VECTOR, DataType.FLOAT_VECTOR, DIMENSION)),
                false);
    }

    static FieldSchema addedField() {
        return FieldSchema.of(ADDED, DataType.INT64).withNullable(true);
    }

    /** The key with a number. */
    Object key(int number) {
        return textKeys ? "k%03d".formatted(number) : (Object) (long) number;
    }

    /** The key as a filter writes it. */
    static String literal(Object key) {
        return key instanceof String text ? "\"" + text + "\"" : key.toString();
    }

    static long group(long version) {
        return version % GROUPS;
    }

    private long mark(@Nullable Object key, long version) {
        long seed = autoId || key == null ? 0 : key.hashCode();
        return mix(mix(seed + 0x9e3779b97f4a7c15L) ^ version) | 1; // never 0, which zeroed bytes would pass for
    }

    String text(@Nullable Object key, long version) {
        String hex = Long.toHexString(mark(key, version));
        return hex.substring(0, 1 + (int) (version % hex.length()));
    }

    /** The vector of a row; never all zeros. */
    float[] vector(@Nullable Object key, long version) {
        long bits = mark(key, version);
        float[] vector = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            vector[d] = 1 + (bits >>> (8 * d + 3) & 0xf);
        }
        return vector;
    }

    /** What a search must return as the score of a row. */
    float score(float[] query, Object key, long version) {
        float[] vector = vector(key, version);
        float score = 0;
        for (int d = 0; d < DIMENSION; d++) {
            float difference = query[d] - vector[d];
            score += metric.equals("L2") ? difference * difference : query[d] * vector[d];
        }
        return score;
    }

    /** Whether the first score is strictly nearer. */
    boolean nearer(float one, float other) {
        return metric.equals("L2") ? one < other : one > other;
    }

    static long mix(long value) {
        long x = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    /** The rows of a mutation as columns. @param added whether the added field is given, too */
    ColumnBatch batch(List<Mutation.Row> rows, boolean added) {
        int count = rows.size();
        long[] versions = new long[count];
        long[] groups = new long[count];
        long[] marks = new long[count];
        long[] keys = new long[count];
        List<String> texts = new ArrayList<>();
        List<String> textualKeys = new ArrayList<>();
        float[] vectors = new float[count * DIMENSION];
        for (int i = 0; i < count; i++) {
            Object key = rows.get(i).key();
            versions[i] = rows.get(i).version();
            groups[i] = group(versions[i]);
            marks[i] = mark(key, versions[i]);
            texts.add(text(key, versions[i]));
            System.arraycopy(vector(key, versions[i]), 0, vectors, i * DIMENSION, DIMENSION);
            if (key instanceof Long number) {
                keys[i] = number;
            } else if (key != null) {
                textualKeys.add((String) key);
            }
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        if (!autoId) {
            columns.put(KEY, textKeys ? Columns.strings(DataType.VARCHAR, textualKeys) : Columns.longs(keys));
        }
        columns.put(VERSION, Columns.longs(versions));
        columns.put(GROUP, Columns.longs(groups));
        columns.put(MARK, Columns.longs(marks));
        columns.put(TEXT, Columns.strings(DataType.VARCHAR, texts));
        columns.put(VECTOR, Columns.floatVectors(DIMENSION, vectors));
        if (added) {
            columns.put(ADDED, Columns.longs(marks));
        }
        return new ColumnBatch(count, columns);
    }

    /** The fields that a read asks for. @param added the added field, too */
    static List<String> outputFields(boolean added) {
        return added ? List.of(VERSION, GROUP, MARK, TEXT, VECTOR, ADDED) : List.of(VERSION, GROUP, MARK, TEXT, VECTOR);
    }

    /** Reads one key. */
    static Object keyAt(Column keys, int row) {
        return switch (keys) {
            case FixedColumn fixed -> fixed.getLong(row);
            case VariableColumn variable -> variable.getString(row);
        };
    }

    /**
     * Reads the rows of an answer, and looks whether all of each belongs to one version (I5).
     *
     * @param hasAdded which versions were written with a value of the added field
     * @param problems takes what is wrong, one sentence each
     */
    List<Seen> decode(Column keys, ColumnBatch rows, LongPredicate hasAdded, String what, List<String> problems) {
        List<Seen> seen = new ArrayList<>();
        FixedColumn versions = fixed(rows, VERSION);
        FixedColumn groups = fixed(rows, GROUP);
        FixedColumn marks = fixed(rows, MARK);
        VariableColumn texts = (VariableColumn) rows.columns().get(TEXT);
        FixedColumn vectors = fixed(rows, VECTOR);
        Map<Object, Long> before = new HashMap<>();
        for (int row = 0; row < keys.rows(); row++) {
            Object key = keyAt(keys, row);
            long version = versions.getLong(row);
            List<String> wrong = new ArrayList<>();
            if (marks.getLong(row) != mark(key, version)) {
                wrong.add(MARK);
            }
            if (groups.getLong(row) != group(version)) {
                wrong.add(GROUP);
            }
            if (texts == null
                    || !java.util.Arrays.equals(
                            texts.getBytes(row), text(key, version).getBytes(StandardCharsets.UTF_8))) {
                wrong.add(TEXT);
            }
            if (rows.column(ADDED) instanceof FixedColumn added
                    && (added.isNull(row) == hasAdded.test(version)
                            || !added.isNull(row) && added.getLong(row) != mark(key, version))) {
                wrong.add(ADDED + (added.isNull(row) ? ", which is null" : ", which is " + added.getLong(row)));
            }
            float[] expected = vector(key, version);
            boolean zero = true;
            boolean same = true;
            for (int d = 0; d < DIMENSION; d++) {
                float value = vectors.slice(row).get(FixedColumn.FLOAT, 4L * d);
                zero &= value == 0;
                same &= value == expected[d];
            }
            if (!same) {
                wrong.add(zero ? "vector, which is all zeros" : VECTOR);
            }
            if (!wrong.isEmpty()) {
                problems.add("I5: " + what + " returned key " + key + " with version " + version
                        + ", but of this version are not its fields " + wrong);
            } else {
                Long other = before.put(key, version);
                if (other != null) {
                    problems.add("I4: " + what + " returned key " + key + " twice, with versions " + other + " and "
                            + version + "; a key has one live version");
                }
                seen.add(new Seen(key, version));
            }
        }
        return seen;
    }

    private static FixedColumn fixed(ColumnBatch rows, String name) {
        return (FixedColumn) java.util.Objects.requireNonNull(rows.column(name), name);
    }

    /** The shard of a key, as the formats of persisted data lay it down. */
    int shardOf(Object key) {
        if (shards == 1) {
            return 0;
        }
        long hash;
        if (key instanceof Long number) {
            hash = number;
        } else {
            hash = 0xcbf29ce484222325L;
            for (byte part : ((String) key).getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (part & 0xff)) * 0x100000001b3L;
            }
        }
        return (int) Long.remainderUnsigned(mix(hash), shards);
    }
}
