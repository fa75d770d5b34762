package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SegmentRoundTripTest {

    private final MemoryObjectStore store = new MemoryObjectStore();
    private final IndexTypes types = new IndexTypes(new Registry());

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void everyTypeSurvivesFlushAndMerge(DataType keyType) {
        long seed = new Random().nextLong();
        System.out.println("SegmentRoundTripTest seed " + seed);
        Random random = new Random(seed);
        CollectionSchema schema = SegmentSamples.everyType(keyType);
        List<ColumnBatch> written = new ArrayList<>();
        List<SealedSegment> parts = new ArrayList<>();
        int key = 0;
        long timestamp = 0;
        for (int part = 0; part < 3; part++) {
            List<ColumnBatch> inPart = new ArrayList<>();
            try (GrowingSegment growing = new GrowingSegment(100 + part, 7, 0, schema, bytes -> {})) {
                for (int rows : new int[] {1, 62, 2, 700, 5000}) {
                    ColumnBatch batch = SegmentSamples.rows(schema, key, rows, random);
                    growing.append(batch, ++timestamp);
                    inPart.add(batch);
                    key += rows;
                }
                try (SegmentView view = growing.view(schema, Long.MAX_VALUE)) {
                    assertSame(view, inPart, schema);
                    assertThat(view.chunks())
                            .allSatisfy(
                                    chunk -> assertThat(chunk.firstRow() % 64).isZero());
                }
                SegmentEntry entry = SegmentSamples.flush(store, growing, schema, part + 1);
                assertThat(entry.rows()).isEqualTo(5765);
                assertThat(entry.minTimestamp()).isEqualTo(timestamp - 4);
                assertThat(entry.maxTimestamp()).isEqualTo(timestamp);
                parts.add(SealedSegment.open(store, entry, schema, types));
            }
            try (SegmentView view = parts.getLast().view(schema, Long.MAX_VALUE)) {
                assertSame(view, inPart, schema);
                assertThat(view.chunks()).hasSize(1);
                assertThat(((FixedColumn) view.chunkOf(0).column("float_vector"))
                                        .data()
                                        .address()
                                % 64)
                        .isZero();
            }
            written.addAll(inPart);
        }
        List<SegmentView> views =
                parts.stream().map(part -> part.view(schema, Long.MAX_VALUE)).toList();
        SegmentEntry merged = SegmentWriter.write(store, SegmentSamples.target(9), schema, views, 0);
        SegmentEntry again = SegmentWriter.write(
                store, new SegmentWriter.Target(11, 9, 7, 0, "again/data", "again/deletes"), schema, views, 0);
        assertThat(store.get("again/data")).isEqualTo(store.get(merged.dataKey()));
        assertThat(again.dataChecksum()).isEqualTo(merged.dataChecksum());
        views.forEach(SegmentView::close);
        parts.forEach(SealedSegment::close);
        assertThat(merged.rows()).isEqualTo(key);
        assertThat(SegmentCheck.check(store, merged, schema, List.of(), types)).isEmpty();
        try (SealedSegment segment = SealedSegment.open(store, merged, schema, types);
                SegmentView view = segment.view(schema, Long.MAX_VALUE)) {
            assertSame(view, written, schema);
            int[] found = view.find(SegmentSamples.keys(keyType, -10, key + 20));
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isEqualTo(i < 10 || i >= key + 10 ? -1 : i - 10);
            }
        }
    }

    private static void assertSame(SegmentView view, List<ColumnBatch> batches, CollectionSchema schema) {
        int row = 0;
        for (ColumnBatch batch : batches) {
            for (int i = 0; i < batch.rows(); i++, row++) {
                RowChunk chunk = view.chunkOf(row);
                for (FieldSchema field : schema.fields()) {
                    Object expected = SegmentSamples.value(batch.columns().get(field.name()), i);
                    Object actual = SegmentSamples.value(chunk.column(field.name()), row - chunk.firstRow());
                    if (!expected.equals(actual)) {
                        assertThat(actual)
                                .as("field %s of row %d", field.name(), row)
                                .isEqualTo(expected);
                    }
                }
            }
        }
        assertThat(view.rows()).isEqualTo(row);
        assertThat(view.visible()).isNull();
    }

    @Test
    void fieldsAddedLaterReadAsNullOrDefault() {
        CollectionSchema old =
                new CollectionSchema("", List.of(FieldSchema.primaryKey("id", DataType.INT64, false)), false);
        FieldSchema withDefault = new FieldSchema(
                0, "level", "", DataType.INT32, null, false, false, true, false, false, false, 42L, Map.of());
        FieldSchema text = new FieldSchema(
                0,
                "text",
                "",
                DataType.VARCHAR,
                null,
                false,
                false,
                true,
                false,
                false,
                false,
                "none",
                Map.of("max_length", "9"));
        CollectionSchema now = new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", DataType.INT64, false),
                        FieldSchema.of("extra", DataType.DOUBLE).withNullable(true),
                        withDefault,
                        text),
                false);
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, old, bytes -> {})) {
            growing.append(new ColumnBatch(100, Map.of("id", SegmentSamples.keys(DataType.INT64, 0, 100))), 5);
            try (SegmentView view = growing.view(now, 5)) {
                assertAdded(view);
                assertThatThrownBy(() -> view.chunkOf(0).column("nowhere"))
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FIELD_NOT_FOUND));
            }
            SegmentEntry entry = SegmentSamples.flush(store, growing, old, 1);
            try (SealedSegment sealed = SealedSegment.open(store, entry, now, types);
                    SegmentView view = sealed.view(now, 5)) {
                assertAdded(view);
                SegmentEntry rewritten = SegmentWriter.write(store, SegmentSamples.target(2), now, List.of(view), 0);
                try (SealedSegment merged = SealedSegment.open(store, rewritten, now, types);
                        SegmentView mergedView = merged.view(now, 5)) {
                    assertAdded(mergedView);
                }
            }
        }
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, now, bytes -> {})) {
            growing.append(new ColumnBatch(70, Map.of("id", SegmentSamples.keys(DataType.INT64, 0, 70))), 5);
            try (SegmentView view = growing.view(now, 5)) {
                assertAdded(view);
            }
        }
    }

    private static void assertAdded(SegmentView view) {
        for (RowChunk chunk : view.chunks()) {
            for (int i = 0; i < chunk.rows(); i++) {
                assertThat(chunk.column("extra").isNull(i)).isTrue();
                assertThat(((FixedColumn) chunk.column("level")).getLong(i)).isEqualTo(42);
                assertThat(((VariableColumn) chunk.column("text")).getString(i)).isEqualTo("none");
            }
        }
    }

    @Test
    void emptySegmentsAreSegments() {
        CollectionSchema schema = SegmentSamples.everyType(DataType.VARCHAR);
        AtomicLong bytes = new AtomicLong();
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes::set)) {
            assertThat(growing.bytes()).isLessThan(4096);
            assertThat(growing.delete(Columns.varchars("a"), 1)).isZero();
            try (SegmentView view = growing.view(schema, 1)) {
                assertThat(view.rows()).isZero();
                assertThat(view.chunks()).isEmpty();
                assertThat(view.find(Columns.varchars("a"))).containsExactly(-1);
            }
            SegmentEntry entry = SegmentSamples.flush(store, growing, schema, 1);
            assertThat(entry.rows()).isZero();
            assertThat(SegmentCheck.check(store, entry, schema, List.of(), types))
                    .isEmpty();
            try (SealedSegment sealed = SealedSegment.open(store, entry, schema, types)) {
                assertThat(sealed.delete(Columns.varchars("a"), 1)).isZero();
                try (SegmentView view = sealed.view(schema, 1)) {
                    assertThat(view.rows()).isZero();
                    assertThat(view.chunks().getFirst().column("float_vector").rows())
                            .isZero();
                    assertThat(view.find(Columns.varchars("a", "b"))).containsExactly(-1, -1);
                }
            }
        }
        assertThat(bytes.get()).isZero();
    }

    @Test
    void mergeLeavesOutWhatNobodyCanSeeAndKeepsTheRest() {
        CollectionSchema schema =
                new CollectionSchema("", List.of(FieldSchema.primaryKey("id", DataType.INT64, false)), false);
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            growing.append(new ColumnBatch(300, Map.of("id", SegmentSamples.keys(DataType.INT64, 0, 300))), 5);
            growing.delete(SegmentSamples.keys(DataType.INT64, 100, 50), 10);
            growing.delete(SegmentSamples.keys(DataType.INT64, 0, 10), 20);
            growing.freeze();
            SegmentEntry entry;
            try (SegmentView view = growing.view(schema, Long.MAX_VALUE)) {
                entry = SegmentWriter.write(store, SegmentSamples.target(2), schema, List.of(view), 10);
            }
            assertThat(entry.rows()).isEqualTo(250);
            assertThat(entry.deletes()).isNotNull().satisfies(deletes -> {
                assertThat(deletes.count()).isEqualTo(10);
                assertThat(deletes.maxTimestamp()).isEqualTo(20);
            });
            try (SealedSegment sealed = SealedSegment.open(store, entry, schema, types);
                    SegmentView before = sealed.view(schema, 19);
                    SegmentView after = sealed.view(schema, 20)) {
                assertThat(before.visible()).isNull();
                assertThat(after.visible())
                        .isNotNull()
                        .satisfies(v -> assertThat(v.cardinality()).isEqualTo(240));
                assertThat(after.find(Columns.longs(9, 10, 99, 100, 149, 150, 299)))
                        .containsExactly(-1, 10, 99, -1, -1, 100, 249);
                assertThat(sealed.unpersistedDeletes()).isZero();
            }
        }
    }

    @Test
    void appendChangesNothingWhenMemoryIsRefused() {
        CollectionSchema schema = new CollectionSchema(
                "",
                List.of(FieldSchema.primaryKey("id", DataType.INT64, false), FieldSchema.varchar("text", 1000)),
                false);
        AtomicLong limit = new AtomicLong(20_000);
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {
            if (bytes > limit.get()) {
                throw new ElanusException(StandardErrorCode.MEMORY_LIMIT, "no more");
            }
        })) {
            growing.append(batch(0, 10), 1);
            long before = growing.bytes();
            assertThatThrownBy(() -> growing.append(batch(10, 5000), 2)).hasMessage("no more");
            assertThat(growing.bytes()).isEqualTo(before);
            assertThat(growing.rows()).isEqualTo(10);
            limit.set(Long.MAX_VALUE);
            growing.append(batch(10, 5000), 3);
            try (SegmentView view = growing.view(schema, 3)) {
                assertThat(view.find(Columns.longs(0, 9, 10, 5009, 5010))).containsExactly(0, 9, 10, 5009, -1);
            }
        }
    }

    @Test
    void appendRefusesWhatDoesNotFit() {
        CollectionSchema schema = new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", DataType.INT64, false),
                        FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 3)),
                false);
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            assertThatThrownBy(() -> growing.append(new ColumnBatch(1, Map.of("id", Columns.longs(1))), 1))
                    .hasMessageContaining("'vector'");
            assertThatThrownBy(() -> growing.append(
                            new ColumnBatch(
                                    1, Map.of("id", Columns.longs(1), "vector", Columns.floatVectors(2, 1f, 2f))),
                            1))
                    .hasMessageContaining("'vector'");
            assertThatThrownBy(() -> growing.append(
                            new ColumnBatch(1, Map.of("id", Columns.longs(1), "other", Columns.longs(1))), 1))
                    .hasMessageContaining("'other'");
            growing.append(
                    new ColumnBatch(1, Map.of("id", Columns.longs(1), "vector", Columns.floatVectors(3, 1f, 2f, 3f))),
                    5);
            growing.freeze();
            assertThatThrownBy(() -> growing.append(
                            new ColumnBatch(
                                    1, Map.of("id", Columns.longs(2), "vector", Columns.floatVectors(3, 1f, 2f, 3f))),
                            6))
                    .hasMessageContaining("no more rows");
        }
    }

    private static ColumnBatch batch(int firstKey, int rows) {
        String[] texts = new String[rows];
        for (int i = 0; i < rows; i++) {
            texts[i] = "text of " + (firstKey + i);
        }
        return new ColumnBatch(
                rows,
                Map.of("id", SegmentSamples.keys(DataType.INT64, firstKey, rows), "text", Columns.varchars(texts)));
    }

    @Test
    void memoryIsGivenBackWithTheLastView() {
        CollectionSchema schema =
                new CollectionSchema("", List.of(FieldSchema.primaryKey("id", DataType.INT64, false)), false);
        AtomicLong bytes = new AtomicLong();
        GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes::set);
        growing.append(new ColumnBatch(100, Map.of("id", SegmentSamples.keys(DataType.INT64, 0, 100))), 5);
        SegmentView view = growing.view(schema, 5);
        growing.close();
        growing.close();
        assertThat(bytes.get()).isPositive();
        FixedColumn ids = (FixedColumn) view.chunkOf(99).column("id");
        assertThat(ids.getLong(99 - view.chunkOf(99).firstRow())).isEqualTo(99);
        assertThatThrownBy(() -> growing.view(schema, 5)).hasMessageContaining("closed");
        view.close();
        view.close();
        assertThat(bytes.get()).isZero();
        assertThatThrownBy(() -> ids.getLong(0)).isInstanceOf(IllegalStateException.class);
    }
}
