package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.elanus.core.query.TestRows;
import org.elanus.core.query.naive.Data;
import org.elanus.core.query.naive.Expression;
import org.elanus.core.query.naive.Filters;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.junit.jupiter.api.Test;

/**
 * Random filters over random rows pass what a naive evaluator, row by row on Java values, passes.
 * {@code -Delanus.filters=} says how many, {@code -Delanus.test.seed=} repeats a run. A failure is made small: a filter of
 * few parts, and one row.
 */
class FilterPropertyTest {

    private static final int FILTERS = Integer.getInteger("elanus.filters", 100_000);
    private static final int FILTERS_PER_TABLE = 100;

    private static final List<FieldSchema> FIELDS = Data.fields();
    private static final CollectionSchema SCHEMA = new CollectionSchema("", FIELDS, true);

    @Test
    void randomFiltersPassWhatTheNaiveEvaluatorPasses() {
        long seed = Long.getLong("elanus.test.seed", System.nanoTime());
        System.out.println("seed " + seed + ", " + FILTERS + " filters");
        SplittableRandom random = new SplittableRandom(seed);
        long passed = 0;
        for (int done = 0; done < FILTERS; done += FILTERS_PER_TABLE) {
            // Each table of its own seed, so that a failure can be repeated without those before it.
            long tableSeed = done == 0 ? seed : random.nextLong();
            passed += table(tableSeed, Math.min(FILTERS_PER_TABLE, FILTERS - done));
        }
        assertThat(passed)
                .as("seed %d: filters that pass some rows and not all", seed)
                .isGreaterThan(FILTERS / 3);
    }

    private static long table(long seed, int filters) {
        SplittableRandom random = new SplittableRandom(seed);
        Data data = new Data(random.split());
        Filters generator = new Filters(random.split());
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 70);
        List<Map<String, Object>> rows = new ArrayList<>();
        BitSet hidden = new BitSet();
        for (int i = 0; i < count; i++) {
            rows.add(data.row(FIELDS, i % 5 == 0 ? Long.MAX_VALUE - i : i - 10));
            hidden.set(i, random.nextInt(8) == 0);
        }
        TestRows.View view = view(rows, hidden);
        long telling = 0;
        for (int i = 0; i < filters; i++) {
            Filters.Case filter = generator.next(random.nextInt(4));
            int wrong = wrongRow(filter.filter(), filter.templates(), rows, hidden, view);
            if (wrong != RIGHT) {
                fail(seed, filter, rows, hidden, view);
            }
            long passing = rows.stream()
                    .filter(row -> Boolean.TRUE.equals(filter.filter().value(row)))
                    .count();
            telling += passing > 0 && passing < count ? 1 : 0;
        }
        return telling;
    }

    private static TestRows.View view(List<Map<String, Object>> rows, BitSet hidden) {
        return TestRows.view(
                SCHEMA,
                1,
                1,
                false,
                rows.stream().map(row -> Data.stored(FIELDS, row)).toList(),
                hidden,
                64,
                1);
    }

    private static final int RIGHT = -1;
    private static final int REFUSED = -2;

    /** The first row that is decided otherwise than by the naive evaluator. */
    private static int wrongRow(
            Expression expression,
            Map<String, Object> templates,
            List<Map<String, Object>> rows,
            BitSet hidden,
            TestRows.View view) {
        long[] words = new long[(rows.size() + 63) / 64];
        for (int i = 0; i < rows.size(); i++) {
            words[i >>> 6] |= hidden.get(i) ? 0 : 1L << i;
        }
        CompiledFilter filter;
        try {
            filter = CompiledFilter.compile(new Filter(expression.text(), templates), SCHEMA);
        } catch (RuntimeException e) {
            return REFUSED;
        }
        for (RowChunk chunk : view.chunks()) {
            filter.retain(chunk, words, () -> {});
        }
        FixedColumn keys = (FixedColumn) filter.primaryKeys();
        for (int i = 0; i < rows.size(); i++) {
            boolean expected = !hidden.get(i) && Boolean.TRUE.equals(expression.value(rows.get(i)));
            boolean named = keys == null || !expected;
            for (int k = 0; !named && k < keys.rows(); k++) {
                named = rows.get(i).get("id").equals(keys.getLong(k));
            }
            if ((words[i >>> 6] >>> i & 1) != (expected ? 1 : 0)
                    || !named
                    || expected && filter.isAlwaysFalse()
                    || !expected && !hidden.get(i) && filter.isAlwaysTrue()) {
                return i;
            }
        }
        return RIGHT;
    }

    private static void fail(
            long seed, Filters.Case filter, List<Map<String, Object>> rows, BitSet hidden, TestRows.View view) {
        Expression smallest = filter.filter();
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            for (Expression part : smallest.parts()) {
                if (wrongRow(part, filter.templates(), rows, hidden, view) != RIGHT) {
                    smallest = part;
                    smaller = true;
                    break;
                }
            }
        }
        int row = wrongRow(smallest, filter.templates(), rows, hidden, view);
        String problem = "";
        if (row == REFUSED) {
            try {
                CompiledFilter.compile(new Filter(smallest.text(), filter.templates()), SCHEMA);
            } catch (RuntimeException e) {
                problem = "is refused: " + e;
            }
        } else {
            Map<String, Object> alone = rows.get(row);
            problem = "should be %s%s for the row %s"
                    .formatted(
                            smallest.value(alone),
                            wrongRow(
                                                    smallest,
                                                    filter.templates(),
                                                    List.of(alone),
                                                    new BitSet(),
                                                    view(List.of(alone), new BitSet()))
                                            == RIGHT
                                    ? " (among others; alone it is)"
                                    : "",
                            Data.print(alone));
        }
        throw new AssertionError("""
                -Delanus.test.seed=%d -Delanus.filters=%d
                %s
                with %s
                %s""".formatted(seed, FILTERS_PER_TABLE, smallest.text(), filter.templates(), problem));
    }
}
