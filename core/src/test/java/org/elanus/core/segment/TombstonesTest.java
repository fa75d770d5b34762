package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.index.RowFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TombstonesTest {

    private static final int INPUTS = 4;
    private static final int ROWS = 30_000;
    private static final int DELETES = 100_000;

    private final CollectionSchema schema = new CollectionSchema(
            "",
            List.of(FieldSchema.primaryKey("id", DataType.INT64, false), FieldSchema.of("value", DataType.INT64)),
            false);

    /** Many more than a merge usually meets, each at a time of its own; sorting them group by group takes minutes. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void deletesOfFourInputsThatInterleaveReachTheMergedSegmentAtTheirTimes() {
        long seed = new Random().nextLong();
        System.out.println("TombstonesTest seed " + seed);
        Random random = new Random(seed);
        MemoryObjectStore store = new MemoryObjectStore(false);
        IndexTypes types = new IndexTypes(new Registry());
        List<SealedSegment> inputs = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            inputs.add(sealed(store, types, i));
        }
        List<SegmentView> views = new ArrayList<>();
        inputs.forEach(input -> views.add(input.view(schema, Long.MAX_VALUE)));
        SegmentEntry entry = SegmentWriter.write(store, SegmentSamples.target(50), schema, views, 0);

        long[] deletedAt = new long[INPUTS * ROWS];
        Arrays.fill(deletedAt, Long.MAX_VALUE);
        int[] order = random.ints(0, deletedAt.length).distinct().limit(DELETES).toArray();
        long now = 1_000;
        for (int key : order) {
            now += random.nextInt(2);
            inputs.get(key % INPUTS).delete(Columns.longs(key), now);
            deletedAt[key] = now;
        }
        List<Tombstones> all = new ArrayList<>();
        for (int i = 0; i < INPUTS; i++) {
            all.add(inputs.get(i).deletesSince(views.get(i)));
        }

        try (SealedSegment atOnce = SealedSegment.open(store, entry, schema, types);
                SealedSegment oneByOne = SealedSegment.open(store, entry, schema, types)) {
            assertThat(Tombstones.applyAll(all, atOnce)).isEqualTo(DELETES);
            int hidden = 0;
            for (Tombstones tombstones : all) {
                hidden += tombstones.applyTo(oneByOne);
            }
            assertThat(hidden).isEqualTo(DELETES);
            assertThat(Tombstones.applyAll(all, atOnce)).as("again").isZero();
            for (SealedSegment merged : List.of(atOnce, oneByOne)) {
                for (int i = 0; i < 12; i++) {
                    long at = i == 0 ? 999 : i == 1 ? now : 1_000 + random.nextLong(now - 1_000);
                    assertShows(merged, at, deletedAt);
                }
            }
        }
        views.forEach(SegmentView::close);
        inputs.forEach(SealedSegment::close);
    }

    private void assertShows(SealedSegment merged, long at, long[] deletedAt) {
        try (SegmentView view = merged.view(schema, at)) {
            RowFilter visible = view.visible();
            Column keys = view.chunks().getFirst().column("id");
            int expected = 0;
            for (int row = 0; row < view.rows(); row++) {
                boolean shown = deletedAt[(int) KeyHash.of(keys, row)] > at;
                expected += shown ? 1 : 0;
                if ((visible == null || visible.passes(row)) != shown) {
                    throw new AssertionError("key " + KeyHash.of(keys, row) + " at " + at + " shown: " + !shown);
                }
            }
            assertThat(visible == null ? view.rows() : visible.cardinality()).isEqualTo(expected);
        }
    }

    /** Keys that are the input's number modulo the number of inputs. */
    private SealedSegment sealed(MemoryObjectStore store, IndexTypes types, int input) {
        long[] keys = new long[ROWS];
        for (int i = 0; i < ROWS; i++) {
            keys[i] = (long) i * INPUTS + input;
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        columns.put("id", Columns.longs(keys));
        columns.put("value", Columns.longs(keys));
        try (GrowingSegment growing = new GrowingSegment(input + 1, 7, 0, schema, bytes -> {})) {
            growing.append(new ColumnBatch(ROWS, columns), 10 + input);
            return SealedSegment.open(store, SegmentSamples.flush(store, growing, schema, input + 1), schema, types);
        }
    }
}
