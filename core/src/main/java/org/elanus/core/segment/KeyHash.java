package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/**
 * Primary keys as 64-bit numbers: an INT64 as it is, a VARCHAR as XXH64 of its bytes with seed 0. Persisted: never
 * changes.
 */
final class KeyHash {

    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private KeyHash() {}

    /** The number of key i. */
    static long of(Column keys, int i) {
        return switch (keys) {
            case FixedColumn fixed -> fixed.data().get(FixedColumn.LONG, 8L * i);
            case VariableColumn text -> xxh64(text.bytes(), text.start(i), text.length(i));
        };
    }

    /** Whether two keys are equal, given that their numbers are. */
    static boolean same(Column a, int i, Column b, int j) {
        if (a.type() == DataType.INT64) {
            return true;
        }
        VariableColumn left = (VariableColumn) a;
        VariableColumn right = (VariableColumn) b;
        int length = left.length(i);
        if (length != right.length(j)) {
            return false;
        }
        long leftStart = left.start(i);
        long rightStart = right.start(j);
        return MemorySegment.mismatch(
                        left.bytes(), leftStart, leftStart + length, right.bytes(), rightStart, rightStart + length)
                < 0;
    }

    /** Spreads a number over all 64 bits (the finaliser of MurmurHash3). Persisted in Bloom filters. */
    static long mix(long key) {
        long h = key;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    static long xxh64(MemorySegment bytes, long start, int length) {
        long at = start;
        long end = start + length;
        long h;
        if (length >= 32) {
            long v1 = P1 + P2;
            long v2 = P2;
            long v3 = 0;
            long v4 = -P1;
            do {
                v1 = round(v1, bytes.get(FixedColumn.LONG, at));
                v2 = round(v2, bytes.get(FixedColumn.LONG, at + 8));
                v3 = round(v3, bytes.get(FixedColumn.LONG, at + 16));
                v4 = round(v4, bytes.get(FixedColumn.LONG, at + 24));
                at += 32;
            } while (at <= end - 32);
            h = Long.rotateLeft(v1, 1) + Long.rotateLeft(v2, 7) + Long.rotateLeft(v3, 12) + Long.rotateLeft(v4, 18);
            h = merge(merge(merge(merge(h, v1), v2), v3), v4);
        } else {
            h = P5;
        }
        h += length;
        for (; at <= end - 8; at += 8) {
            h = Long.rotateLeft(h ^ round(0, bytes.get(FixedColumn.LONG, at)), 27) * P1 + P4;
        }
        if (at <= end - 4) {
            h = Long.rotateLeft(h ^ (bytes.get(FixedColumn.INT, at) & 0xffffffffL) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < end; at++) {
            h = Long.rotateLeft(h ^ (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff) * P5, 11) * P1;
        }
        h = (h ^ h >>> 33) * P2;
        h = (h ^ h >>> 29) * P3;
        return h ^ h >>> 32;
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * P2, 31) * P1;
    }

    private static long merge(long h, long v) {
        return (h ^ round(0, v)) * P1 + P4;
    }
}
