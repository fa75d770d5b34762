package org.elanus.plugin.apimilvus.wire;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a column have a value. Inserted payloads are compact: they hold the values of these rows only, one
 * after the other.
 *
 * @param present one entry a row; null when every row has a value
 * @param count rows
 * @param values rows with a value
 */
record Rows(boolean @Nullable [] present, int count, int values) {

    static Rows of(String field, int rows, List<Boolean> valid) {
        if (valid.isEmpty()) {
            return new Rows(null, rows, rows);
        }
        if (valid.size() != rows) {
            throw ElanusException.invalid(
                    "field '%s': valid_data has %d entries, but num_rows is %d", field, valid.size(), rows);
        }
        boolean[] present = new boolean[rows];
        int values = 0;
        for (int row = 0; row < rows; row++) {
            if (valid.get(row)) {
                present[row] = true;
                values++;
            }
        }
        return values == rows ? new Rows(null, rows, rows) : new Rows(present, rows, values);
    }

    boolean has(int row) {
        return present == null || present[row];
    }

    /** Refuses a payload that does not hold one value for each row that has one. */
    void check(String field, long payload) {
        if (payload != values) {
            throw values == count
                    ? ElanusException.invalid("field '%s' has %d rows, but num_rows is %d", field, payload, count)
                    : ElanusException.invalid(
                            "field '%s' has %d values, but %d of its %d rows are valid", field, payload, values, count);
        }
    }

    @Nullable
    MemorySegment validity() {
        boolean[] bits = present;
        if (bits == null) {
            return null;
        }
        byte[] bytes = new byte[(count + 7) / 8];
        for (int row = 0; row < count; row++) {
            if (bits[row]) {
                bytes[row >>> 3] |= (byte) (1 << (row & 7));
            }
        }
        return MemorySegment.ofArray(bytes);
    }

    /** Compact values of fixed width spread over all rows; rows without a value are zeros. */
    MemorySegment spread(String field, MemorySegment compact, int width) {
        if (present == null) {
            return compact;
        }
        long bytes = (long) count * width;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw ElanusException.invalid(
                    "field '%s' needs %d bytes for %d rows of %d bytes, at most 2 GiB are allowed; send fewer rows",
                    field, bytes, count, width);
        }
        MemorySegment full = MemorySegment.ofArray(new byte[(int) bytes]);
        long from = 0;
        for (int row = 0; row < count; row++) {
            if (present[row]) {
                MemorySegment.copy(compact, from, full, (long) row * width, width);
                from += width;
            }
        }
        return full;
    }
}
