package org.elanus.core.query.filter;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.elanus.core.index.BuiltIndex;
import org.elanus.core.index.IndexBuild;
import org.elanus.core.index.OpenScalarIndex;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.segment.MemoryObjectStore;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Filters over 1,000,000 rows of one segment: by scan, by index, and by what the planner chooses, in processor time. Prints a table for
 * {@code bench/RESULTS.md}. Not a test; started by its main method.
 */
final class FilterBench {

    private static final int ROWS = 1_000_000;
    private static final int ROUNDS = 15;
    private static final double[] SHARES = {0.001, 0.01, 0.1, 0.5};

    private final Map<String, Column> columns = new HashMap<>();
    private final Map<String, ScalarIndex> indexes = new HashMap<>();
    private final CollectionSchema schema = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.INT64, false),
                    FieldSchema.of("number", DataType.INT64),
                    FieldSchema.of("class", DataType.INT64),
                    FieldSchema.varchar("name", 40),
                    FieldSchema.varchar("color", 40),
                    FieldSchema.of("meta", DataType.JSON)),
            false);

    public static void main(String[] arguments) {
        new FilterBench().run();
    }

    private void run() {
        SplittableRandom random = new SplittableRandom(1);
        long[] numbers = new long[ROWS];
        long[] classes = new long[ROWS];
        List<String> names = new ArrayList<>();
        List<String> colors = new ArrayList<>();
        List<String> metas = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            numbers[i] = random.nextInt(1_000_000_000);
            // A share of 0.1 % has class 0, 1 % class 1, 10 % class 2, 50 % class 3.
            double draw = random.nextDouble();
            classes[i] = draw < 0.001 ? 0 : draw < 0.011 ? 1 : draw < 0.111 ? 2 : draw < 0.611 ? 3 : 4 + i % 20;
            names.add(String.format(Locale.ROOT, "%09d-%d", numbers[i], i % 1000));
            colors.add("color " + classes[i]);
            metas.add("{\"size\": 10, \"class\": " + classes[i] + "}");
        }
        columns.put("id", Columns.longs(numbers));
        columns.put("number", Columns.longs(numbers));
        columns.put("class", Columns.longs(classes));
        columns.put("name", Columns.strings(DataType.VARCHAR, names));
        columns.put("color", Columns.strings(DataType.VARCHAR, colors));
        columns.put("meta", Columns.strings(DataType.JSON, metas));
        System.out.printf("| index | built in | bytes a row |%n|---|---|---|%n");
        build("number", "STL_SORT", Map.of());
        build("class", "BITMAP", Map.of());
        build("name", "TRIE", Map.of());
        build("color", "INVERTED", Map.of());
        build("meta", "INVERTED", Map.of("json_path", "meta[\"class\"]", "json_cast_type", "DOUBLE"));
        System.out.printf(
                "%n| filter | passing | scan ms | index ms | scan / index | planned ms |%n|---|---|---|---|---|---|%n");
        for (int i = 0; i < SHARES.length; i++) {
            long bound = (long) (SHARES[i] * 1_000_000_000);
            measure("STL_SORT: number < x", "number < " + bound);
        }
        for (int i = 0; i < SHARES.length; i++) {
            measure("BITMAP: class == x", "class == " + i);
        }
        for (int i = 0; i < SHARES.length; i++) {
            measure("INVERTED: color == x", "color == \"color " + i + "\"");
        }
        for (String prefix : List.of("000", "00", "0", "0%\" or name like \"1%\" or name like \"2%\" or name like \"3%\" or name like \"4")) {
            measure("TRIE: name like x", "name like \"" + prefix + "%\"");
        }
        for (int i = 0; i < SHARES.length; i++) {
            measure("INVERTED, JSON path: meta[\"class\"] == x", "meta[\"class\"] == " + i);
        }
        measure("two indexes: class == 1 and number < x", "class == 1 and number < 100000000");
        measure("index, then scan: class == 1 and id < x", "class == 1 and id < 100000000");
    }

    private void build(String field, String type, Map<String, String> parameters) {
        MemoryObjectStore store = new MemoryObjectStore(true);
        long began = cpuNanos();
        BuiltIndex built = IndexBuild.buildScalar(
                schema.field(field), columns.get(field), type, parameters, store, field, Cancellation.NONE);
        long nanos = cpuNanos() - began;
        System.out.printf(
                Locale.ROOT,
                "| %s over %s | %.0f ms | %.1f |%n",
                type,
                field,
                nanos / 1e6,
                (double) built.files().getFirst().bytes() / ROWS);
        indexes.put(
                field,
                OpenScalarIndex.open(built, field, field, parameters, ROWS, store).index());
    }

    private void measure(String name, String text) {
        CompiledFilter filter = CompiledFilter.compile(Filter.of(text), schema);
        SegmentView view = new View();
        RowChunk chunk = view.chunks().getFirst();
        long[] result = all();
        filter.retainByIndexes(view, result);
        double scan = median(words -> filter.retain(chunk, words, () -> {}));
        double index = median(words -> filter.retainByIndexes(view, words));
        double planned = median(words -> filter.retain(view, words, () -> {}));
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.3f | %.3f | %.1f | %.3f |%n",
                name,
                StepRun.count(result),
                scan,
                index,
                scan / index,
                planned);
    }

    /** Of this thread alone, so that other processes disturb less. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long[] all() {
        long[] words = new long[ROWS / 64];
        Arrays.fill(words, -1L);
        return words;
    }

    private static double median(Consumer<long[]> run) {
        double[] times = new double[ROUNDS];
        for (int round = -10; round < ROUNDS; round++) {
            long[] words = all();
            long began = cpuNanos();
            run.accept(words);
            if (round >= 0) {
                times[round] = (cpuNanos() - began) / 1e6;
            }
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    private final class View implements SegmentView, RowChunk {

        @Override
        public List<ScalarIndex> scalarIndexes(String field) {
            ScalarIndex index = indexes.get(field);
            return index == null ? List.of() : List.of(index);
        }

        @Override
        public long segmentId() {
            return 1;
        }

        @Override
        public long partitionId() {
            return 1;
        }

        @Override
        public boolean sealed() {
            return true;
        }

        @Override
        public int firstRow() {
            return 0;
        }

        @Override
        public int rows() {
            return ROWS;
        }

        @Override
        public Column column(String field) {
            return columns.get(field);
        }

        @Override
        public FixedColumn timestamps() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable RowFilter visible() {
            return null;
        }

        @Override
        public List<RowChunk> chunks() {
            return List.of(this);
        }

        @Override
        public RowChunk chunkOf(int row) {
            return this;
        }

        @Override
        public @Nullable SegmentIndex index(String field) {
            return null;
        }

        @Override
        public int[] find(Column keys) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
