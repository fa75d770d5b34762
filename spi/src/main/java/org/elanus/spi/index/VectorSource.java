package org.elanus.spi.index;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.DataType;

/**
 * The vectors of a segment: row r begins at byte {@code r * stride} of {@code vectors} and is little-endian. The memory
 * is read-only, at least 4-byte aligned (64-byte aligned where it is a mapped segment file), and owned by the segment.
 *
 * @param stride bytes from one row to the next
 */
public record VectorSource(DataType type, int rows, int dimension, long stride, MemorySegment vectors) {

    public VectorSource {
        if (rows > 0 && vectors.byteSize() < (rows - 1) * stride + type.vectorBytes(dimension)) {
            throw new IllegalArgumentException(
                    rows + " rows of " + stride + " bytes do not fit into " + vectors.byteSize() + " bytes");
        }
    }
}
