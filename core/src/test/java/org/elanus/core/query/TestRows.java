package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** Makes views of ordinary Java values: the simplest segment that keeps the contract. */
public final class TestRows {

    private TestRows() {}

    /** A column of Boolean, Long, Double, String or float[] values; null is a null. */
    public static Column column(FieldSchema field, List<? extends @Nullable Object> values) {
        int rows = values.size();
        byte[] validity = new byte[(rows + 7) / 8];
        boolean nulls = false;
        for (int i = 0; i < rows; i++) {
            if (values.get(i) != null) {
                validity[i >>> 3] |= (byte) (1 << (i & 7));
            } else {
                nulls = true;
            }
        }
        MemorySegment bits = nulls ? MemorySegment.ofArray(validity) : null;
        if (field.type() == DataType.VARCHAR || field.type() == DataType.JSON) {
            List<@Nullable String> texts = new ArrayList<>();
            values.forEach(value -> texts.add((String) value));
            VariableColumn column = Columns.strings(field.type(), texts);
            return new VariableColumn(field.type(), rows, column.offsets(), column.bytes(), bits);
        }
        if (field.type() == DataType.ARRAY) {
            List<byte[]> arrays = new ArrayList<>();
            values.forEach(value -> arrays.add(value == null ? new byte[0] : array(field, (List<?>) value)));
            VariableColumn column = Columns.bytes(DataType.ARRAY, arrays);
            return new VariableColumn(DataType.ARRAY, rows, column.offsets(), column.bytes(), bits);
        }
        int width = field.width();
        MemorySegment data = MemorySegment.ofArray(new byte[rows * width]);
        for (int i = 0; i < rows; i++) {
            Object value = values.get(i);
            // At nulls the payload is filler, and the filler must not matter.
            put(field.type(), data, i, width, value == null ? filler(field) : value);
        }
        return new FixedColumn(field.type(), rows, width, data, bits);
    }

    /** The layout of one value as the format's description has it. */
    private static byte[] array(FieldSchema field, List<?> elements) {
        DataType type = java.util.Objects.requireNonNull(field.elementType());
        if (type != DataType.VARCHAR) {
            FixedColumn column = (FixedColumn) column(FieldSchema.of("element", type), elements);
            return column.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        }
        VariableColumn column =
                Columns.strings(type, elements.stream().map(String.class::cast).toList());
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(
                        8 + 4 * elements.size() + (int) column.bytes().byteSize())
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(elements.size());
        for (int i = 0; i <= elements.size(); i++) {
            buffer.putInt(
                    i < elements.size() ? column.start(i) : (int) column.bytes().byteSize());
        }
        return buffer.put(column.bytes().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
                .array();
    }

    private static Object filler(FieldSchema field) {
        return switch (field.type()) {
            case BOOL -> true;
            case FLOAT, DOUBLE -> 1.0;
            case FLOAT_VECTOR -> new float[field.dimension()];
            case BINARY_VECTOR -> new byte[field.width()];
            default -> 1L;
        };
    }

    private static void put(DataType type, MemorySegment data, int row, int width, Object value) {
        long at = (long) row * width;
        switch (type) {
            case BOOL -> data.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, (byte) ((Boolean) value ? 1 : 0));
            case INT8 -> data.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, ((Long) value).byteValue());
            case INT16 -> data.set(FixedColumn.SHORT, at, ((Long) value).shortValue());
            case INT32 -> data.set(FixedColumn.INT, at, ((Long) value).intValue());
            case INT64 -> data.set(FixedColumn.LONG, at, (Long) value);
            case FLOAT -> data.set(FixedColumn.FLOAT, at, ((Double) value).floatValue());
            case DOUBLE -> data.set(FixedColumn.DOUBLE, at, (Double) value);
            case FLOAT_VECTOR ->
                MemorySegment.copy((float[]) value, 0, data, FixedColumn.FLOAT, at, width / Float.BYTES);
            case BINARY_VECTOR -> MemorySegment.copy(MemorySegment.ofArray((byte[]) value), 0, data, at, width);
            default -> throw new IllegalArgumentException(type.toString());
        }
    }

    /**
     * A view of rows.
     *
     * @param rows values by field name; one that is absent is null
     * @param hidden rows that are not visible
     * @param chunkRows rows of a chunk, a multiple of 64
     */
    public static View view(
            CollectionSchema schema,
            long segmentId,
            long partitionId,
            boolean sealed,
            List<Map<String, Object>> rows,
            java.util.BitSet hidden,
            int chunkRows,
            long firstTimestamp) {
        List<RowChunk> chunks = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += chunkRows) {
            List<Map<String, Object>> part = rows.subList(from, Math.min(rows.size(), from + chunkRows));
            Map<String, Column> columns = new java.util.HashMap<>();
            for (FieldSchema field : schema.fields()) {
                List<@Nullable Object> values = new ArrayList<>();
                part.forEach(row -> values.add(row.get(field.name())));
                columns.put(field.name(), column(field, values));
            }
            long[] timestamps = new long[part.size()];
            Arrays.setAll(timestamps, i -> firstTimestamp);
            chunks.add(new Chunk(from, part.size(), columns, Columns.longs(timestamps)));
        }
        RowFilter visible = null;
        if (!hidden.isEmpty()) {
            java.util.BitSet shown = new java.util.BitSet();
            shown.set(0, rows.size());
            shown.andNot(hidden);
            visible = new RowFilter(Arrays.copyOf(shown.toLongArray(), (rows.size() + 63) / 64), shown.cardinality());
        }
        return new View(
                segmentId,
                partitionId,
                sealed,
                rows.size(),
                visible,
                chunks,
                schema.primaryKey().name());
    }

    private record Chunk(int firstRow, int rows, Map<String, Column> columns, FixedColumn timestamps)
            implements RowChunk {

        @Override
        public Column column(String field) {
            Column column = columns.get(field);
            if (column == null) {
                throw new IllegalArgumentException(field);
            }
            return column;
        }
    }

    /** A view that may have an index. */
    public static final class View implements SegmentView {

        private final long segmentId;
        private final long partitionId;
        private final boolean sealed;
        private final int rows;
        private final @Nullable RowFilter visible;
        private final List<RowChunk> chunks;
        private final String primaryKey;
        private @Nullable SegmentIndex index;
        private int lookups;

        View(
                long segmentId,
                long partitionId,
                boolean sealed,
                int rows,
                @Nullable RowFilter visible,
                List<RowChunk> chunks,
                String primaryKey) {
            this.segmentId = segmentId;
            this.partitionId = partitionId;
            this.sealed = sealed;
            this.rows = rows;
            this.visible = visible;
            this.chunks = chunks;
            this.primaryKey = primaryKey;
        }

        public View withIndex(SegmentIndex newIndex) {
            index = newIndex;
            return this;
        }

        /** How many times keys were looked up. */
        public int lookups() {
            return lookups;
        }

        @Override
        public long segmentId() {
            return segmentId;
        }

        @Override
        public long partitionId() {
            return partitionId;
        }

        @Override
        public boolean sealed() {
            return sealed;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public @Nullable RowFilter visible() {
            return visible;
        }

        @Override
        public List<RowChunk> chunks() {
            return chunks;
        }

        @Override
        public RowChunk chunkOf(int row) {
            return chunks.stream()
                    .filter(chunk -> row >= chunk.firstRow() && row < chunk.firstRow() + chunk.rows())
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public @Nullable SegmentIndex index(String field) {
            return index;
        }

        @Override
        public int[] find(Column keys) {
            lookups++;
            int[] found = new int[keys.rows()];
            for (int i = 0; i < found.length; i++) {
                found[i] = -1;
                Object key = key(keys, i);
                for (int row = 0; row < rows; row++) {
                    RowChunk chunk = chunkOf(row);
                    if ((visible == null || visible.passes(row))
                            && key.equals(key(chunk.column(primaryKey), row - chunk.firstRow()))) {
                        found[i] = row;
                    }
                }
            }
            return found;
        }

        private static Object key(Column column, int row) {
            return column instanceof FixedColumn fixed ? fixed.getLong(row) : ((VariableColumn) column).getString(row);
        }

        @Override
        public void close() {}
    }
}
