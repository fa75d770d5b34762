package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.elanus.core.query.TestRows;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.junit.jupiter.api.Test;

/** Random filters over random rows give what a naive evaluator, row by row on Java values, gives. */
class FilterPropertyTest {

    private static final CollectionSchema SCHEMA = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.INT64, false),
                    FieldSchema.of("i8", DataType.INT8).withNullable(true),
                    FieldSchema.of("i16", DataType.INT16),
                    FieldSchema.of("i32", DataType.INT32).withNullable(true),
                    FieldSchema.of("i64", DataType.INT64).withNullable(true),
                    FieldSchema.of("f", DataType.FLOAT).withNullable(true),
                    FieldSchema.of("d", DataType.DOUBLE).withNullable(true),
                    FieldSchema.of("b", DataType.BOOL).withNullable(true),
                    FieldSchema.of("c", DataType.BOOL),
                    FieldSchema.varchar("s", 100).withNullable(true),
                    FieldSchema.varchar("t", 100),
                    FieldSchema.of("meta", DataType.JSON).withNullable(true),
                    NaiveFilters.arrayField("ai", DataType.INT32),
                    NaiveFilters.arrayField("af", DataType.FLOAT),
                    NaiveFilters.arrayField("at", DataType.VARCHAR),
                    NaiveFilters.dynamicField()),
            true);

    private static final int FILTERS = 24_000;
    private static final int FILTERS_PER_TABLE = 120;

    @Test
    void randomFiltersPassWhatTheNaiveEvaluatorPasses() {
        long seed = Long.getLong("elanus.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < FILTERS / FILTERS_PER_TABLE; round++) {
            List<Map<String, Object>> rows = new ArrayList<>();
            int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 70);
            NaiveFilters naive = new NaiveFilters(random.split());
            for (int i = 0; i < count; i++) {
                rows.add(naive.row(SCHEMA, i));
            }
            BitSet hidden = new BitSet();
            for (int i = 0; i < count; i++) {
                hidden.set(i, random.nextInt(8) == 0);
            }
            TestRows.View view = TestRows.view(SCHEMA, 1, 1, false, rows, hidden, 64, 1);
            for (int i = 0; i < FILTERS_PER_TABLE; i++) {
                Map<String, Object> parameters = new HashMap<>();
                NaiveFilters.Term term = naive.condition(3, parameters);
                check(term, parameters, rows, hidden, view, seed);
            }
        }
    }

    private static void check(
            NaiveFilters.Term term,
            Map<String, Object> parameters,
            List<Map<String, Object>> rows,
            BitSet hidden,
            TestRows.View view,
            long seed) {
        long[] words = new long[(rows.size() + 63) / 64];
        for (int i = 0; i < rows.size(); i++) {
            words[i >>> 6] |= hidden.get(i) ? 0 : 1L << i;
        }
        CompiledFilter filter;
        try {
            filter = CompiledFilter.compile(new Filter(term.text(), parameters), SCHEMA);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + term.text() + " with " + parameters, e);
        }
        view.chunks().forEach(chunk -> filter.retain(chunk, words, () -> {}));
        for (int i = 0; i < rows.size(); i++) {
            boolean expected =
                    !hidden.get(i) && Boolean.TRUE.equals(term.value().apply(rows.get(i)));
            boolean found = (words[i >>> 6] >>> i & 1) != 0;
            if (found != expected) {
                throw new AssertionError(
                        "seed %d: %s with %s is %s on %s".formatted(seed, term.text(), parameters, found, rows.get(i)));
            }
            if (expected && filter.primaryKeys() != null) {
                assertThat(((org.elanus.spi.database.FixedColumn) filter.primaryKeys())
                                .data()
                                .toArray(org.elanus.spi.database.FixedColumn.LONG))
                        .as("seed %d: keys of %s", seed, term.text())
                        .contains((Long) rows.get(i).get("id"));
            }
        }
    }
}
