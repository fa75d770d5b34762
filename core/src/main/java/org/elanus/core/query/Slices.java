package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/** Parts of columns without copying. */
final class Slices {

    private Slices() {}

    /** Some rows of a column. @param from a multiple of 8 where the column has nulls */
    static Column of(Column whole, int from, int rows) {
        if (from == 0 && rows == whole.rows()) {
            return whole;
        }
        MemorySegment bits = whole.validity();
        @Nullable MemorySegment validity = bits == null ? null : bits.asSlice(from >>> 3);
        return switch (whole) {
            case FixedColumn fixed ->
                new FixedColumn(
                        fixed.type(),
                        rows,
                        fixed.width(),
                        fixed.data().asSlice((long) from * fixed.width(), (long) rows * fixed.width()),
                        validity);
            case VariableColumn variable ->
                new VariableColumn(
                        variable.type(),
                        rows,
                        variable.offsets().asSlice(4L * from, 4L * (rows + 1)),
                        variable.bytes(),
                        validity);
        };
    }
}
