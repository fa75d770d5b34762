package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.elanus.core.query.filter.JsonPath;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** Numbers the groups that rows belong to, from 0: rows with equal values have one number. For one thread. */
final class GroupCodes {

    private static final int NONE = -1;

    private final GroupBy by;
    private final RowSpace space;
    private final CallGuard guard;
    private final Map<Integer, int[]> codesOfViews = new HashMap<>();
    private final Map<String, Integer> textsOfJson = new HashMap<>();

    private int nullCode = NONE;
    private int size;
    /** Open addressing, at most half full: code + 1, or 0 where free. */
    private int[] table = new int[64];

    private long[] numbers = new long[32];
    private byte[][] texts = new byte[32][];

    GroupCodes(GroupBy by, RowSpace space, CallGuard guard) {
        this.by = by;
        this.space = space;
        this.guard = guard;
    }

    /** How many groups were met. */
    int size() {
        return size;
    }

    /** The group of one row. */
    int of(long row) {
        RowChunk chunk = space.chunk(row);
        return bind(chunk).code(RowSpace.place(chunk, row));
    }

    /** The groups of a view's passing rows by row number; read once. @param passing the same at each call */
    int[] ofView(int position, @Nullable RowFilter passing) {
        int[] known = codesOfViews.get(position);
        if (known != null) {
            return known;
        }
        SegmentView view = space.views().get(position);
        int[] codes = new int[view.rows()];
        for (RowChunk chunk : view.chunks()) {
            Codes reader = bind(chunk);
            for (int place = 0; place < chunk.rows(); place++) {
                int row = chunk.firstRow() + place;
                if ((place & 0xffff) == 0) {
                    guard.check();
                }
                if (passing == null || passing.passes(row)) {
                    codes[row] = reader.code(place);
                }
            }
        }
        codesOfViews.put(position, codes);
        return codes;
    }

    /** Reads the rows of one chunk. */
    @FunctionalInterface
    private interface Codes {
        int code(int place);
    }

    private Codes bind(RowChunk chunk) {
        if (by.field() == null) {
            JsonPath.Texts values = by.path().bind(chunk);
            return place -> {
                String text = values.text(place);
                return text == null ? ofNull() : textsOfJson.computeIfAbsent(text, absent -> next());
            };
        }
        Column column = chunk.column(by.field().name());
        if (column.type() == DataType.VARCHAR) {
            VariableColumn values = (VariableColumn) column;
            return place -> values.isNull(place) ? ofNull() : ofText(values, place);
        }
        FixedColumn values = (FixedColumn) column;
        return place -> values.isNull(place) ? ofNull() : ofNumber(values.getLong(place));
    }

    private int ofNull() {
        if (nullCode == NONE) {
            nullCode = next();
        }
        return nullCode;
    }

    private int ofNumber(long number) {
        int slot = slot(number);
        while (table[slot] != 0) {
            int code = table[slot] - 1;
            if (numbers[code] == number) {
                return code;
            }
            slot = slot + 1 & table.length - 1;
        }
        int code = next();
        numbers[code] = number;
        put(slot, code);
        return code;
    }

    private int ofText(VariableColumn values, int place) {
        MemorySegment bytes = values.bytes();
        long start = values.start(place);
        int length = values.length(place);
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + bytes.get(ValueLayout.JAVA_BYTE, start + i);
        }
        int slot = slot(hash);
        while (table[slot] != 0) {
            int code = table[slot] - 1;
            if (numbers[code] == hash && isEqual(texts[code], bytes, start, length)) {
                return code;
            }
            slot = slot + 1 & table.length - 1;
        }
        int code = next();
        numbers[code] = hash;
        texts[code] = values.getBytes(place);
        put(slot, code);
        return code;
    }

    private static boolean isEqual(byte[] text, MemorySegment bytes, long start, int length) {
        if (text.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text[i] != bytes.get(ValueLayout.JAVA_BYTE, start + i)) {
                return false;
            }
        }
        return true;
    }

    private void put(int slot, int code) {
        table[slot] = code + 1;
        if (size * 2 <= table.length) {
            return;
        }
        table = new int[table.length * 2];
        for (int present = 0; present < size; present++) {
            if (present != nullCode) {
                int free = slot(numbers[present]);
                while (table[free] != 0) {
                    free = free + 1 & table.length - 1;
                }
                table[free] = present + 1;
            }
        }
    }

    private int slot(long hash) {
        return (int) (hash * 0x9e37_79b9_7f4a_7c15L >>> 32) & table.length - 1;
    }

    private int next() {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            texts = Arrays.copyOf(texts, size * 2);
        }
        return size++;
    }
}
