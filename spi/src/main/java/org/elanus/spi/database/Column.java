package org.elanus.spi.database;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The values of one field for some rows. Immutable by convention: whoever makes a column gives up writing its memory.
 * Layout, little-endian without alignment: values of fixed width one after the other, or bytes with int offsets; at a
 * null the payload holds filler.
 */
public sealed interface Column permits FixedColumn, VariableColumn {

    DataType type();

    int rows();

    /** Bit r (of byte r / 8, lowest first) is set when row r has a value; null when every row has one. */
    @Nullable
    MemorySegment validity();

    default boolean isNull(int row) {
        MemorySegment bits = validity();
        return bits != null && (bits.get(ValueLayout.JAVA_BYTE, row >>> 3) >>> (row & 7) & 1) == 0;
    }

    /** The bytes that hold the payload, validity not counted. */
    long payloadBytes();
}
