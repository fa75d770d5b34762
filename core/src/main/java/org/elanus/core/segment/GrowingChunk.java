package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.jspecify.annotations.Nullable;

/** A piece of a growing segment with room for a fixed number of rows. */
final class GrowingChunk {

    final int firstRow;
    final int capacity;
    final GrowingColumn[] columns;
    final MemorySegment timestamps;

    /** For a row whose key an earlier row has: that row + 1. Null until there is one. */
    private volatile int @Nullable [] previous;

    GrowingChunk(List<FieldSchema> fields, Arena arena, int firstRow, int capacity) {
        this.firstRow = firstRow;
        this.capacity = capacity;
        this.columns = new GrowingColumn[fields.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = GrowingColumn.make(fields.get(i), arena, capacity);
        }
        this.timestamps = arena.allocate(8L * capacity, 64);
    }

    static long bytes(List<FieldSchema> fields, int capacity) {
        long bytes = 8L * capacity;
        for (FieldSchema field : fields) {
            bytes += GrowingColumn.bytes(field, capacity);
        }
        return bytes;
    }

    long timestamp(int row) {
        return timestamps.get(FixedColumn.LONG, 8L * (row - firstRow));
    }

    /** The row before this one with the same key, or -1. */
    int previous(int row) {
        int[] links = previous;
        return links == null ? -1 : links[row - firstRow] - 1;
    }

    /** Published to readers by the key index, which leads to {@code row} only afterwards. */
    void setPrevious(int row, int earlier) {
        int[] links = previous;
        if (links == null) {
            links = new int[capacity];
            previous = links;
        }
        links[row - firstRow] = earlier + 1;
    }
}
