package org.elanus.core.query;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.elanus.core.segment.RowChunk;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/**
 * All rows of some views, each under one number: the view's position in the upper half, its row in the lower. Safe for
 * use by many threads while the views are open.
 */
final class RowSpace {

    private final List<SegmentView> views;
    private final FieldSchema primaryKey;

    RowSpace(List<SegmentView> views, FieldSchema primaryKey) {
        this.views = views;
        this.primaryKey = primaryKey;
    }

    List<SegmentView> views() {
        return views;
    }

    FieldSchema primaryKey() {
        return primaryKey;
    }

    static long number(int view, int row) {
        return (long) view << 32 | row;
    }

    RowChunk chunk(long number) {
        return views.get((int) (number >>> 32)).chunkOf((int) number);
    }

    /** The row's place in its chunk. */
    static int place(RowChunk chunk, long number) {
        return (int) number - chunk.firstRow();
    }

    private Column keys(RowChunk chunk) {
        return chunk.column(primaryKey.name());
    }

    int compareKeys(long left, long right) {
        RowChunk leftChunk = chunk(left);
        RowChunk rightChunk = chunk(right);
        int leftPlace = place(leftChunk, left);
        int rightPlace = place(rightChunk, right);
        Column leftKeys = keys(leftChunk);
        Column rightKeys = keys(rightChunk);
        if (leftKeys instanceof FixedColumn a && rightKeys instanceof FixedColumn b) {
            return Long.compare(a.getLong(leftPlace), b.getLong(rightPlace));
        }
        return compareBytes(
                ((VariableColumn) leftKeys).slice(leftPlace), ((VariableColumn) rightKeys).slice(rightPlace));
    }

    /** The order of texts in UTF-8. */
    static int compareBytes(MemorySegment left, MemorySegment right) {
        long different = left.mismatch(right);
        if (different < 0) {
            return 0;
        }
        if (different == left.byteSize() || different == right.byteSize()) {
            return Long.compare(left.byteSize(), right.byteSize());
        }
        return (left.get(ValueLayout.JAVA_BYTE, different) & 0xff)
                - (right.get(ValueLayout.JAVA_BYTE, different) & 0xff);
    }

    int hashKey(long number) {
        RowChunk chunk = chunk(number);
        int place = place(chunk, number);
        long hash;
        if (keys(chunk) instanceof VariableColumn texts) {
            hash = 1;
            int start = texts.start(place);
            int length = texts.length(place);
            for (int i = 0; i < length; i++) {
                hash = hash * 31 + texts.bytes().get(ValueLayout.JAVA_BYTE, start + (long) i);
            }
        } else {
            hash = ((FixedColumn) keys(chunk)).getLong(place);
        }
        hash *= 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash >>> 32);
    }

    long timestamp(long number) {
        RowChunk chunk = chunk(number);
        return chunk.timestamps().getLong(place(chunk, number));
    }
}
