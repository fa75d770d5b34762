package org.elanus.core.segment;

import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;

/** Contiguous rows of a view with their columns. */
public interface RowChunk {

    /** The row number of the first row, a multiple of 64. */
    int firstRow();

    int rows();

    /**
     * The values of a field for the rows of this chunk; row r of the segment is row {@code r - firstRow()}.
     *
     * @throws org.elanus.spi.error.ElanusException FIELD_NOT_FOUND
     */
    Column column(String field);

    /** INT64: the hybrid timestamp of each row. */
    FixedColumn timestamps();
}
