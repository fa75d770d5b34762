package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkLayoutTest {

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 1024, 4096})
    void chunksFollowEachOther(int largest) {
        ChunkLayout layout = new ChunkLayout(largest);
        int chunk = 0;
        int end = 64;
        for (int row = 0; row < 50_000; row++) {
            if (row == end) {
                chunk++;
                end += Math.min(largest, row);
            }
            assertThat(layout.index(row)).isEqualTo(chunk);
            assertThat(layout.start(chunk) + layout.capacity(chunk)).isEqualTo(end);
        }
        assertThat(layout.start(0)).isZero();
        assertThat(layout.capacity(layout.index(Integer.MAX_VALUE - 1))).isEqualTo(largest);
    }

    @Test
    void wideRowsLieInSmallChunks() {
        assertThat(ChunkLayout.forWidth(8)).isEqualTo(new ChunkLayout(4096));
        assertThat(ChunkLayout.forWidth(512)).isEqualTo(new ChunkLayout(4096));
        assertThat(ChunkLayout.forWidth(3072)).isEqualTo(new ChunkLayout(1024));
        assertThat(ChunkLayout.forWidth(4 * 32768)).isEqualTo(new ChunkLayout(64));
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 20_000})
    void wideVectorsAreReadBack(int dimension) {
        CollectionSchema schema = new CollectionSchema(
                "",
                List.of(
                        FieldSchema.primaryKey("id", DataType.INT64, false),
                        FieldSchema.vector("vector", DataType.FLOAT_VECTOR, dimension)),
                false);
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            for (int from = 0; from < 600; from += 60) {
                FixedColumn ids = (FixedColumn) SegmentSamples.keys(DataType.INT64, from, 60);
                MemorySegment data = MemorySegment.ofArray(new float[60 * dimension]);
                for (int i = 0; i < 60; i++) {
                    data.set(FixedColumn.FLOAT, 4L * (i + 1) * dimension - 4, from + i);
                }
                FixedColumn vectors = new FixedColumn(DataType.FLOAT_VECTOR, 60, dimension * 4, data, null);
                growing.append(new ColumnBatch(60, Map.of("id", ids, "vector", vectors)), from);
            }
            try (SegmentView view = growing.view(schema, Long.MAX_VALUE)) {
                for (int row = 0; row < 600; row++) {
                    RowChunk chunk = view.chunkOf(row);
                    FixedColumn vectors = (FixedColumn) chunk.column("vector");
                    assertThat(vectors.slice(row - chunk.firstRow()).get(FixedColumn.FLOAT, 4L * dimension - 4))
                            .isEqualTo(row);
                }
            }
        }
    }
}
