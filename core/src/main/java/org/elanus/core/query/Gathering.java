package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Copies the fields of chosen rows into columns of their own, up to a limit of bytes. For one thread. */
final class Gathering {

    /** The most bytes of one answer. */
    static final long MAX_BYTES = 256L << 20;

    private final long[] rows;
    private final RowChunk[] chunks;
    private final CallGuard guard;
    private long bytes;

    /** @param rows numbers of the space, in the order of the result */
    Gathering(RowSpace space, long[] rows, CallGuard guard) {
        this.rows = rows;
        this.guard = guard;
        chunks = new RowChunk[rows.length];
        for (int i = 0; i < rows.length; i++) {
            chunks[i] = space.chunk(rows[i]);
        }
    }

    Column column(FieldSchema field) {
        guard.check();
        return field.type().isVariableWidth() ? variable(field) : fixed(field);
    }

    private FixedColumn fixed(FieldSchema field) {
        int width = field.width();
        reserve((long) width * rows.length);
        MemorySegment data = MemorySegment.ofArray(new byte[width * rows.length]);
        Validity validity = new Validity();
        RowChunk last = null;
        FixedColumn column = null;
        for (int i = 0; i < rows.length; i++) {
            if (column == null || chunks[i] != last) {
                last = chunks[i];
                column = (FixedColumn) last.column(field.name());
            }
            int place = RowSpace.place(last, rows[i]);
            if (column.isNull(place)) {
                validity.clear(i);
            } else {
                MemorySegment.copy(column.data(), (long) place * width, data, (long) i * width, width);
            }
        }
        return new FixedColumn(field.type(), rows.length, width, data, validity.bits());
    }

    private VariableColumn variable(FieldSchema field) {
        Validity validity = new Validity();
        MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (rows.length + 1)]);
        VariableColumn[] columns = new VariableColumn[rows.length];
        long total = 0;
        for (int i = 0; i < rows.length; i++) {
            columns[i] = i > 0 && chunks[i] == chunks[i - 1]
                    ? columns[i - 1]
                    : (VariableColumn) chunks[i].column(field.name());
            int place = RowSpace.place(chunks[i], rows[i]);
            if (columns[i].isNull(place)) {
                validity.clear(i);
            } else {
                total += columns[i].length(place);
            }
            offsets.set(FixedColumn.INT, 4L * i + 4, (int) Math.min(total, Integer.MAX_VALUE));
        }
        reserve(total + 4L * rows.length);
        MemorySegment data = MemorySegment.ofArray(new byte[(int) total]);
        for (int i = 0; i < rows.length; i++) {
            int start = offsets.get(FixedColumn.INT, 4L * i);
            int length = offsets.get(FixedColumn.INT, 4L * i + 4) - start;
            if (length > 0) {
                MemorySegment.copy(
                        columns[i].bytes(), columns[i].start(RowSpace.place(chunks[i], rows[i])), data, start, length);
            }
        }
        return new VariableColumn(field.type(), rows.length, offsets, data, validity.bits());
    }

    private void reserve(long more) {
        bytes += more;
        if (bytes > MAX_BYTES) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "the result of %d rows is larger than %d MiB; ask for fewer rows or fields"
                            .formatted(rows.length, MAX_BYTES >> 20));
        }
    }

    /** Bits of a new column, made when the first null comes. */
    private final class Validity {

        private byte[] present = {};

        void clear(int row) {
            if (present.length == 0) {
                present = new byte[(rows.length + 7) / 8];
                Arrays.fill(present, (byte) 0xff);
            }
            present[row >>> 3] &= (byte) ~(1 << (row & 7));
        }

        @Nullable
        MemorySegment bits() {
            return present.length == 0 ? null : MemorySegment.ofArray(present);
        }
    }
}
