package org.elanus.core.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/**
 * Where rows go by their key: which shard by the primary key, which partition by the partition key. A 64-bit mix of the
 * INT64 key, or FNV-1a of the VARCHAR key's bytes mixed likewise, modulo the number of places. Persisted data depends on
 * it: it never changes.
 */
public final class KeyRouting {

    private KeyRouting() {}

    /** The place, 0 to {@code places} - 1, of the key in a row of a column. */
    public static int of(Column keys, int row, int places) {
        if (places == 1) {
            return 0;
        }
        long hash = switch (keys) {
            case FixedColumn fixed -> fixed.getLong(row);
            case VariableColumn variable -> fnv(variable.slice(row));
        };
        return (int) Long.remainderUnsigned(mix(hash), places);
    }

    private static long fnv(MemorySegment bytes) {
        long hash = 0xcbf29ce484222325L;
        for (long i = 0; i < bytes.byteSize(); i++) {
            hash = (hash ^ (bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long mix(long value) {
        long x = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }
}
