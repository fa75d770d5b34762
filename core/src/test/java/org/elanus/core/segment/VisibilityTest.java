package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A shard of growing and sealed segments under random operations, against a list of versions and deletes. */
@Timeout(120)
class VisibilityTest {

    private static final int SEEDS = 6;
    private static final int OPERATIONS = 1500;

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void everyViewShowsWhatTheModelShows(DataType keyType) {
        long start = new Random().nextInt(1_000_000);
        for (long seed = start; seed < start + SEEDS; seed++) {
            System.out.println("VisibilityTest " + keyType + " seed " + seed);
            Shard shard = new Shard(keyType, new Random(seed));
            try {
                for (int i = 0; i < OPERATIONS; i++) {
                    shard.step();
                }
                shard.finish();
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + " with keys of " + keyType, e);
            }
        }
    }

    private record Version(int key, long timestamp, long value) {}

    private record Delete(int key, long before, long timestamp) {}

    /** A view that was made some time ago, and what it must still show. */
    private record OldView(List<SegmentView> views, Map<Integer, Long> expected) {}

    private static final class Shard {

        final DataType keyType;
        final Random random;
        final CollectionSchema schema;
        final MemoryObjectStore store;
        final IndexTypes types = new IndexTypes(new Registry());
        final List<Version> versions = new ArrayList<>();
        final List<Delete> deletes = new ArrayList<>();
        final List<SealedSegment> sealed = new ArrayList<>();
        final List<OldView> oldViews = new ArrayList<>();
        final Map<Long, DeletesEntry> committed = new HashMap<>();
        GrowingSegment growing;
        long reserved;
        long nextId = 1;
        long now = 10;
        long retention;
        long nextValue;

        Shard(DataType keyType, Random random) {
            this.keyType = keyType;
            this.random = random;
            this.store = new MemoryObjectStore(random.nextBoolean());
            schema = new CollectionSchema(
                    "",
                    List.of(
                            FieldSchema.primaryKey("id", keyType, false),
                            FieldSchema.of("value", DataType.INT64),
                            FieldSchema.varchar("text", 100).withNullable(true)),
                    false);
            growing = grow();
        }

        GrowingSegment grow() {
            return new GrowingSegment(nextId++, 7, 0, schema, bytes -> reserved = bytes);
        }

        void step() {
            now += random.nextInt(3);
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> upsert();
                case 7, 8, 9 -> delete();
                case 10, 11 -> deleteByFilter();
                case 12, 13, 14, 15 -> compare(now - random.nextInt(12));
                case 16 -> keepView();
                case 17 -> checkOldView();
                case 18 -> {
                    if (random.nextInt(4) == 0) {
                        flush();
                    }
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        if (random.nextBoolean()) {
                            merge();
                        } else {
                            restart();
                        }
                    }
                }
            }
        }

        void finish() {
            compare(now);
            oldViews.forEach(this::verify);
            sealed.forEach(SealedSegment::close);
            growing.close();
            assertThat(reserved).isZero();
        }

        void upsert() {
            now++;
            int rows = 1 + (random.nextInt(10) == 0 ? random.nextInt(300) : random.nextInt(4));
            int[] keys = new int[rows];
            long[] values = new long[rows];
            List<String> texts = new ArrayList<>();
            Map<Integer, Long> last = new LinkedHashMap<>();
            for (int i = 0; i < rows; i++) {
                keys[i] = random.nextInt(60);
                values[i] = nextValue++;
                texts.add(random.nextInt(3) == 0 ? null : "text " + values[i]);
                last.put(keys[i], values[i]);
            }
            ColumnBatch batch = new ColumnBatch(
                    rows,
                    Map.of(
                            "id", keys(keys),
                            "value", Columns.longs(values),
                            "text", Columns.strings(DataType.VARCHAR, texts)));
            if (random.nextBoolean()) {
                applyDelete(keys, now, now);
                growing.append(batch, now);
            } else {
                growing.append(batch, now);
                applyDelete(keys, now, now);
            }
            last.forEach((key, value) -> versions.add(new Version(key, now, value)));
        }

        void delete() {
            now++;
            int[] keys = someKeys();
            applyDelete(keys, now, now);
        }

        /** Hides only versions up to an earlier moment. */
        void deleteByFilter() {
            now++;
            applyDelete(someKeys(), now - random.nextInt(6), now);
        }

        int[] someKeys() {
            int[] keys = new int[1 + random.nextInt(5)];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = random.nextInt(70);
            }
            return keys;
        }

        void applyDelete(int[] keys, long before, long timestamp) {
            Column column = keys(keys);
            growing.delete(column, before, timestamp);
            sealed.forEach(segment -> segment.delete(column, before, timestamp));
            for (int key : keys) {
                deletes.add(new Delete(key, before, timestamp));
            }
        }

        void flush() {
            growing.freeze();
            GrowingSegment frozen = growing;
            growing = grow();
            SegmentEntry entry;
            try (SegmentView view = frozen.view(schema, Long.MAX_VALUE)) {
                entry = write(List.of(view), 0);
                // While the flush writes, the applier goes on; the frozen segment still counts as one of the shard.
                now++;
                int[] keys = someKeys();
                frozen.delete(keys(keys), now, now);
                applyDelete(keys, now, now);
                SealedSegment opened = SealedSegment.open(store, entry, schema, types);
                frozen.deletesSince(view).applyTo(opened);
                sealed.add(opened);
            }
            frozen.close();
        }

        void merge() {
            if (sealed.size() < 2) {
                return;
            }
            int count = 2 + random.nextInt(Math.min(3, sealed.size() - 1));
            List<SealedSegment> inputs = List.copyOf(sealed.subList(0, Math.min(count, sealed.size())));
            retention = Math.max(retention, now - random.nextInt(10));
            List<SegmentView> views = inputs.stream()
                    .map(segment -> segment.view(schema, Long.MAX_VALUE))
                    .toList();
            SegmentEntry entry = write(views, retention);
            now++;
            applyDelete(someKeys(), now - random.nextInt(4), now);
            SealedSegment opened = SealedSegment.open(store, entry, schema, types);
            for (int i = 0; i < inputs.size(); i++) {
                inputs.get(i).deletesSince(views.get(i)).applyTo(opened);
                views.get(i).close();
                inputs.get(i).close();
            }
            sealed.removeAll(inputs);
            sealed.add(opened);
        }

        /** Opens a segment anew, with the deletes that were written. */
        void restart() {
            if (sealed.isEmpty()) {
                return;
            }
            SealedSegment segment = sealed.remove(random.nextInt(sealed.size()));
            DeletesEntry written = segment.writeDeletes("deletes-" + segment.id() + "-" + nextId++);
            assertThat(written.count()).isEqualTo(segment.deletedRows());
            SegmentEntry entry = segment.entry().withDeletes(written);
            segment.deletesCommitted(written);
            assertThat(segment.unpersistedDeletes()).isZero();
            segment.close();
            SealedSegment opened = SealedSegment.open(store, entry, schema, types);
            assertThat(opened.deletedRows()).isEqualTo(written.count());
            // A replay brings deletes again; they have no further effect.
            for (int i = 0; i < 5 && !deletes.isEmpty(); i++) {
                Delete again = deletes.get(deletes.size() - 1 - random.nextInt(Math.min(50, deletes.size())));
                assertThat(opened.delete(keys(new int[] {again.key}), again.before, again.timestamp))
                        .isZero();
            }
            assertThat(SegmentCheck.check(store, entry, schema, List.of(), types))
                    .isEmpty();
            sealed.add(opened);
        }

        SegmentEntry write(List<SegmentView> views, long keepAfter) {
            long id = nextId++;
            SegmentEntry entry = SegmentWriter.write(
                    store,
                    new SegmentWriter.Target(1, id, 7, 0, "data-" + id, "deletes-" + id),
                    schema,
                    views,
                    keepAfter);
            assertThat(SegmentCheck.check(store, entry, schema, List.of(), types))
                    .isEmpty();
            return entry;
        }

        void keepView() {
            if (oldViews.size() < 5) {
                long timestamp = Math.max(retention, now - random.nextInt(10));
                oldViews.add(new OldView(views(timestamp), visible(timestamp)));
            }
        }

        void checkOldView() {
            if (!oldViews.isEmpty()) {
                verify(oldViews.remove(random.nextInt(oldViews.size())));
            }
        }

        void verify(OldView old) {
            try {
                assertThat(read(old.views)).isEqualTo(old.expected);
            } finally {
                old.views.forEach(SegmentView::close);
            }
        }

        void compare(long timestamp) {
            long at = Math.max(retention, timestamp);
            List<SegmentView> views = views(at);
            Map<Integer, Long> expected = visible(at);
            assertThat(read(views)).as("at %d of %d", at, now).isEqualTo(expected);
            int[] keys = new int[75];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = i;
            }
            Map<Integer, Long> found = new TreeMap<>();
            for (SegmentView view : views) {
                int[] rows = view.find(keys(keys));
                for (int i = 0; i < rows.length; i++) {
                    if (rows[i] >= 0) {
                        assertThat(found.put(i, value(view, rows[i])))
                                .as("key %d found twice", i)
                                .isNull();
                    }
                }
            }
            assertThat(found).isEqualTo(expected);
            views.forEach(SegmentView::close);
        }

        List<SegmentView> views(long timestamp) {
            List<SegmentView> views = new ArrayList<>();
            views.add(growing.view(schema, timestamp));
            sealed.forEach(segment -> views.add(segment.view(schema, timestamp)));
            return views;
        }

        Map<Integer, Long> visible(long timestamp) {
            Map<Integer, Long> visible = new TreeMap<>();
            for (Version version : versions) {
                boolean hidden = version.timestamp > timestamp;
                for (int i = deletes.size() - 1; i >= 0 && !hidden; i--) {
                    Delete delete = deletes.get(i);
                    hidden = delete.key == version.key
                            && delete.timestamp <= timestamp
                            && version.timestamp < delete.before;
                }
                if (!hidden) {
                    assertThat(visible.put(version.key, version.value)).isNull();
                }
            }
            return visible;
        }

        Map<Integer, Long> read(List<SegmentView> views) {
            Map<Integer, Long> read = new TreeMap<>();
            for (SegmentView view : views) {
                int visible = 0;
                for (int row = 0; row < view.rows(); row++) {
                    if (view.visible() == null || view.visible().passes(row)) {
                        visible++;
                        RowChunk chunk = view.chunkOf(row);
                        long value = value(view, row);
                        assertThat(read.put(key(chunk.column("id"), row - chunk.firstRow()), value))
                                .as("two versions of a key")
                                .isNull();
                        VariableColumn text = (VariableColumn) chunk.column("text");
                        if (!text.isNull(row - chunk.firstRow())) {
                            assertThat(text.getString(row - chunk.firstRow())).isEqualTo("text " + value);
                        }
                    }
                }
                if (view.visible() != null) {
                    assertThat(view.visible().cardinality()).isEqualTo(visible);
                }
            }
            return read;
        }

        long value(SegmentView view, int row) {
            RowChunk chunk = view.chunkOf(row);
            return ((FixedColumn) chunk.column("value")).getLong(row - chunk.firstRow());
        }

        Column keys(int... keys) {
            if (keyType == DataType.INT64) {
                long[] longs = new long[keys.length];
                for (int i = 0; i < keys.length; i++) {
                    longs[i] = keys[i] - 30L;
                }
                return Columns.longs(longs);
            }
            String[] texts = new String[keys.length];
            for (int i = 0; i < keys.length; i++) {
                texts[i] = "k".repeat(keys[i] % 40) + "-" + keys[i];
            }
            return Columns.varchars(texts);
        }

        int key(Column column, int row) {
            if (column instanceof VariableColumn text) {
                String key = text.getString(row);
                return Integer.parseInt(key.substring(key.indexOf('-') + 1));
            }
            return (int) ((FixedColumn) column).getLong(row) + 30;
        }
    }
}
