package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/**
 * Puts passing rows into the order of their primary keys; of several rows with one key the newest counts. Keeps no more
 * rows than asked for. For one thread.
 */
final class KeyOrder {

    private final RowSpace space;
    private final boolean text;
    private final int limit;
    private final CallGuard guard;

    /** A heap with the largest key on top, once it is full. */
    private long[] numbers = new long[64];
    /** The keys of INT64; for VARCHAR unused. */
    private long[] keys = new long[64];

    private byte[][] texts = new byte[0][];
    private int size;
    private boolean heap;

    /** @param limit how many of the smallest keys to keep; {@link Integer#MAX_VALUE} for all */
    KeyOrder(RowSpace space, int limit, CallGuard guard) {
        this.space = space;
        this.limit = limit;
        this.guard = guard;
        text = space.primaryKey().type() == DataType.VARCHAR;
        if (text) {
            texts = new byte[64][];
        }
    }

    /** Adds the passing rows of a view. @param passing null for all rows */
    void add(int position, @Nullable RowFilter passing) {
        SegmentView view = space.views().get(position);
        for (RowChunk chunk : view.chunks()) {
            guard.check();
            Column column = chunk.column(space.primaryKey().name());
            int words = chunk.rows() + 63 >>> 6;
            for (int w = 0; w < words; w++) {
                int left = chunk.rows() - w * Long.SIZE;
                long bits = passing == null
                        ? left >= Long.SIZE ? -1L : (1L << left) - 1
                        : passing.words()[(chunk.firstRow() >>> 6) + w];
                if ((w & 0xfff) == 0) {
                    guard.check();
                }
                for (; bits != 0; bits &= bits - 1) {
                    int place = w * Long.SIZE + Long.numberOfTrailingZeros(bits);
                    long number = RowSpace.number(position, chunk.firstRow() + place);
                    if (text) {
                        offer(number, (VariableColumn) column, place);
                    } else {
                        offer(number, ((FixedColumn) column).getLong(place));
                    }
                }
            }
        }
    }

    private void offer(long number, long key) {
        if (size < limit) {
            grow();
            numbers[size] = number;
            keys[size++] = key;
            return;
        }
        makeHeap();
        if (key < keys[0]) {
            numbers[0] = number;
            keys[0] = key;
            sink(0);
        }
    }

    private void offer(long number, VariableColumn column, int place) {
        if (size < limit) {
            grow();
            numbers[size] = number;
            texts[size++] = column.getBytes(place);
            return;
        }
        makeHeap();
        if (RowSpace.compareBytes(column.slice(place), MemorySegment.ofArray(texts[0])) < 0) {
            numbers[0] = number;
            texts[0] = column.getBytes(place);
            sink(0);
        }
    }

    private void grow() {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            if (text) {
                texts = Arrays.copyOf(texts, size * 2);
            } else {
                keys = Arrays.copyOf(keys, size * 2);
            }
        }
    }

    private void makeHeap() {
        if (!heap) {
            heap = true;
            for (int i = size / 2 - 1; i >= 0; i--) {
                sink(i);
            }
        }
    }

    private void sink(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && compare(child, child + 1) < 0) {
                child++;
            }
            if (compare(at, child) >= 0) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private int compare(int a, int b) {
        return text ? Arrays.compareUnsigned(texts[a], texts[b]) : Long.compare(keys[a], keys[b]);
    }

    private void swap(int a, int b) {
        long number = numbers[a];
        numbers[a] = numbers[b];
        numbers[b] = number;
        if (text) {
            byte[] key = texts[a];
            texts[a] = texts[b];
            texts[b] = key;
        } else {
            long key = keys[a];
            keys[a] = keys[b];
            keys[b] = key;
        }
    }

    /** The rows in ascending order of key, each key once. */
    long[] sorted() {
        return text ? sortedTexts() : sortedNumbers();
    }

    private long[] sortedNumbers() {
        long[] ordered = distinctKeys();
        long[] rows = new long[ordered.length];
        Arrays.fill(rows, -1);
        for (int i = 0; i < size; i++) {
            int place = Arrays.binarySearch(ordered, keys[i]);
            if (rows[place] < 0 || space.timestamp(numbers[i]) > space.timestamp(rows[place])) {
                rows[place] = numbers[i];
            }
        }
        return rows;
    }

    private long[] distinctKeys() {
        long[] ordered = Arrays.copyOf(keys, size);
        Arrays.sort(ordered);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || ordered[i] != ordered[i - 1]) {
                ordered[distinct++] = ordered[i];
            }
        }
        return Arrays.copyOf(ordered, distinct);
    }

    private long[] sortedTexts() {
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, this::compare);
        long[] rows = new long[size];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            long number = numbers[order[i]];
            if (i > 0 && compare(order[i], order[i - 1]) == 0) {
                if (space.timestamp(number) > space.timestamp(rows[kept - 1])) {
                    rows[kept - 1] = number;
                }
            } else {
                rows[kept++] = number;
            }
        }
        return Arrays.copyOf(rows, kept);
    }

    /** The keys themselves, ascending, each once. */
    Column keys() {
        if (!text) {
            return Columns.longs(distinctKeys());
        }
        byte[][] ordered = Arrays.copyOf(texts, size);
        Arrays.sort(ordered, Arrays::compareUnsigned);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || !Arrays.equals(ordered[i], ordered[i - 1])) {
                ordered[distinct++] = ordered[i];
            }
        }
        return Columns.bytes(DataType.VARCHAR, List.of(Arrays.copyOf(ordered, distinct)));
    }
}
