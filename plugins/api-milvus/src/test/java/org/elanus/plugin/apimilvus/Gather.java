package org.elanus.plugin.apimilvus;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/** Builds a column of single values taken from others. */
final class Gather {

    /** One value: null, or its bytes. */
    private final List<byte @Nullable []> values = new ArrayList<>();

    private final DataType type;
    private final int width;

    Gather(DataType type, int width) {
        this.type = type;
        this.width = width;
    }

    void add(@Nullable Column column, int row) {
        if (column == null || column.isNull(row)) {
            values.add(null);
        } else if (column instanceof FixedColumn fixed) {
            values.add(fixed.slice(row).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        } else {
            values.add(((VariableColumn) column).getBytes(row));
        }
    }

    Column column() {
        byte[] bits = new byte[(values.size() + 7) / 8];
        boolean nulls = false;
        int total = 0;
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            if (value == null) {
                nulls = true;
            } else {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
                total += value.length;
            }
        }
        MemorySegment validity = nulls ? MemorySegment.ofArray(bits) : null;
        if (!type.isVariableWidth()) {
            MemorySegment data = MemorySegment.ofArray(new byte[values.size() * width]);
            for (int i = 0; i < values.size(); i++) {
                byte[] value = values.get(i);
                if (value != null) {
                    MemorySegment.copy(MemorySegment.ofArray(value), 0, data, (long) i * width, width);
                }
            }
            return new FixedColumn(type, values.size(), width, data, validity);
        }
        MemorySegment offsets = MemorySegment.ofArray(new byte[4 * (values.size() + 1)]);
        byte[] bytes = new byte[total];
        int position = 0;
        for (int i = 0; i < values.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                System.arraycopy(value, 0, bytes, position, value.length);
                position += value.length;
            }
            offsets.set(FixedColumn.INT, 4L * (i + 1), position);
        }
        return new VariableColumn(type, values.size(), offsets, MemorySegment.ofArray(bytes), validity);
    }
}
