package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.elanus.core.index.IndexBuild;
import org.elanus.core.index.OpenScalarIndex;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.query.TestRows;
import org.elanus.core.query.naive.Data;
import org.elanus.core.query.naive.Filters;
import org.elanus.core.segment.MemoryObjectStore;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random filters over random rows with nulls pass the same rows by indexes as by a scan. The number of filters is the
 * system property {@code elanus.filters}.
 */
class IndexedFilterPropertyTest {

    private static final List<FieldSchema> FIELDS = Data.fields();
    private static final CollectionSchema SCHEMA = new CollectionSchema("", FIELDS, true);

    private static final int FILTERS = Integer.getInteger("elanus.filters", 6_000);
    private static final int FILTERS_PER_TABLE = 120;

    @Test
    void randomFiltersPassTheSameRowsByIndexAsByScan() {
        long seed = Long.getLong("elanus.test.seed", System.nanoTime());
        int[] used = run(seed, FILTERS, UnaryOperator.identity());
        assertThat(used[0]).as("filters that used an index, seed %d", seed).isGreaterThan(FILTERS / 4);
    }

    /** Mistakes that the test must find. */
    enum Mistake {
        NULLS_ARE_KNOWN,
        BOUND_IS_LEFT_OUT,
        A_ROW_IS_LOST,
        NULLS_ARE_PRESENT,
        OPEN_ROWS_ARE_FORGOTTEN
    }

    @ParameterizedTest
    @EnumSource
    void brokenIndexesAreFound(Mistake mistake) {
        assertThatThrownBy(() -> run(7, 60_000, index -> broken(index, mistake)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 7");
    }

    private static ScalarIndex broken(ScalarIndex index, Mistake mistake) {
        return (ScalarIndex) Proxy.newProxyInstance(
                ScalarIndex.class.getClassLoader(), new Class<?>[] {ScalarIndex.class}, (proxy, method, arguments) -> {
                    String name = method.getName();
                    long[] words = arguments != null && arguments[arguments.length - 1] instanceof long[] w ? w : null;
                    if (mistake == Mistake.NULLS_ARE_KNOWN && name.equals("collectKnown")
                            || mistake == Mistake.NULLS_ARE_PRESENT && name.equals("collectPresent")) {
                        for (int row = 0; row < index.rows(); row++) {
                            words[row >>> 6] |= 1L << row;
                        }
                        return null;
                    }
                    if (mistake == Mistake.BOUND_IS_LEFT_OUT && name.equals("firstAbove")) {
                        return arguments[0] instanceof byte[] text
                                ? index.firstAtLeast(text)
                                : index.firstAtLeast((Long) arguments[0]);
                    }
                    if (mistake == Mistake.OPEN_ROWS_ARE_FORGOTTEN && name.equals("undecidedRows")) {
                        return 0;
                    }
                    try {
                        Object result = method.invoke(index, arguments);
                        if (mistake == Mistake.A_ROW_IS_LOST && name.equals("collect") && words.length > 1) {
                            words[1] &= ~1L;
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static int[] run(long seed, int filters, UnaryOperator<ScalarIndex> change) {
        SplittableRandom random = new SplittableRandom(seed);
        int used = 0;
        for (int round = 0; round < filters / FILTERS_PER_TABLE; round++) {
            List<Map<String, Object>> rows = new ArrayList<>();
            int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 70);
            Data data = new Data(random.split());
            Filters generator = new Filters(random.split());
            for (int i = 0; i < count; i++) {
                rows.add(Data.stored(FIELDS, data.row(FIELDS, i)));
            }
            BitSet hidden = new BitSet();
            for (int i = 0; i < count; i++) {
                hidden.set(i, random.nextInt(8) == 0);
            }
            TestRows.View view = TestRows.view(SCHEMA, 1, 1, true, rows, hidden, 256, 1);
            try (Indexed indexed = new Indexed(view, random, change)) {
                for (int i = 0; i < FILTERS_PER_TABLE; i++) {
                    Filters.Case filter = generator.next(3);
                    used += check(filter.filter().text(), filter.templates(), rows, hidden, indexed, seed) ? 1 : 0;
                }
            }
        }
        return new int[] {used};
    }

    private static boolean check(
            String text,
            Map<String, Object> parameters,
            List<Map<String, Object>> rows,
            BitSet hidden,
            Indexed view,
            long seed) {
        long[] scanned = new long[(rows.size() + 63) / 64];
        for (int i = 0; i < rows.size(); i++) {
            scanned[i >>> 6] |= hidden.get(i) ? 0 : 1L << i;
        }
        long[] looked = scanned.clone();
        long[] chosen = scanned.clone();
        CompiledFilter filter = CompiledFilter.compile(new Filter(text, parameters), SCHEMA);
        filter.retain(view.chunks().getFirst(), scanned, () -> {});
        boolean used = filter.retainByIndexes(view, looked);
        filter.retain(view, chosen, () -> {});
        for (int i = 0; i < rows.size(); i++) {
            boolean expected = (scanned[i >>> 6] >>> i & 1) != 0;
            boolean found = (looked[i >>> 6] >>> i & 1) != 0;
            boolean planned = (chosen[i >>> 6] >>> i & 1) != 0;
            if (found != expected || planned != expected) {
                throw new AssertionError("seed %d: %s with %s is %s by scan, %s by index, %s as planned on %s with %s"
                        .formatted(seed, text, parameters, expected, found, planned, rows.get(i), view.built));
            }
        }
        return used;
    }

    /** A view with an index over most fields, of a random type that fits. */
    private static final class Indexed implements SegmentView {

        private final TestRows.View view;
        private final Map<String, List<ScalarIndex>> indexes = new HashMap<>();
        private final List<OpenScalarIndex> open = new ArrayList<>();
        private final List<String> built = new ArrayList<>();

        Indexed(TestRows.View view, SplittableRandom random, UnaryOperator<ScalarIndex> change) {
            this.view = view;
            MemoryObjectStore store = new MemoryObjectStore();
            for (FieldSchema field : SCHEMA.fields()) {
                if (field.type() == DataType.JSON) {
                    for (String key : List.of("a", "b", "c", "é")) {
                        for (String cast : List.of("BOOL", "DOUBLE", "VARCHAR", "ARRAY_DOUBLE", "ARRAY_VARCHAR")) {
                            if (random.nextInt(4) == 0) {
                                String path = field.name() + "[\"" + key + "\"]";
                                add(
                                        field,
                                        "INVERTED",
                                        Map.of("json_path", path, "json_cast_type", cast),
                                        store,
                                        change);
                            }
                        }
                    }
                } else if (random.nextInt(5) > 0) {
                    List<String> types = types(field);
                    add(field, types.get(random.nextInt(types.size())), Map.of(), store, change);
                }
            }
        }

        private static List<String> types(FieldSchema field) {
            return switch (field.type()) {
                case BOOL -> List.of("INVERTED", "BITMAP");
                case FLOAT, DOUBLE -> List.of("INVERTED", "STL_SORT", "HYBRID");
                case VARCHAR -> List.of("INVERTED", "BITMAP", "STL_SORT", "TRIE", "HYBRID");
                case ARRAY -> List.of("INVERTED", "BITMAP");
                default -> List.of("INVERTED", "BITMAP", "STL_SORT", "HYBRID");
            };
        }

        private void add(
                FieldSchema field,
                String type,
                Map<String, String> parameters,
                MemoryObjectStore store,
                UnaryOperator<ScalarIndex> change) {
            OpenScalarIndex opened = OpenScalarIndex.open(
                    IndexBuild.buildScalar(
                            field,
                            view.chunks().getFirst().column(field.name()),
                            type,
                            parameters,
                            store,
                            "index-" + open.size(),
                            Cancellation.NONE),
                    field.name(),
                    field.name(),
                    parameters,
                    view.rows(),
                    store);
            open.add(opened);
            opened.index().checkIntegrity();
            built.add(field.name() + " " + opened.index().type() + " " + parameters);
            indexes.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(change.apply(opened.index()));
        }

        @Override
        public List<ScalarIndex> scalarIndexes(String field) {
            return indexes.getOrDefault(field, List.of());
        }

        @Override
        public long segmentId() {
            return view.segmentId();
        }

        @Override
        public long partitionId() {
            return view.partitionId();
        }

        @Override
        public boolean sealed() {
            return true;
        }

        @Override
        public int rows() {
            return view.rows();
        }

        @Override
        public @Nullable RowFilter visible() {
            return view.visible();
        }

        @Override
        public List<RowChunk> chunks() {
            return view.chunks();
        }

        @Override
        public RowChunk chunkOf(int row) {
            return view.chunkOf(row);
        }

        @Override
        public @Nullable SegmentIndex index(String field) {
            return null;
        }

        @Override
        public int[] find(Column keys) {
            return view.find(keys);
        }

        @Override
        public void close() {
            open.forEach(OpenScalarIndex::close);
        }
    }
}
