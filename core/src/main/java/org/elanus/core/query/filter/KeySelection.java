package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.elanus.core.query.filter.Predicate.AllOf;
import org.elanus.core.query.filter.Predicate.Always;
import org.elanus.core.query.filter.Predicate.AnyOf;
import org.elanus.core.query.filter.Predicate.IntegerRange;
import org.elanus.core.query.filter.Predicate.NumberIn;
import org.elanus.core.query.filter.Predicate.TextIn;
import org.elanus.core.query.filter.Predicate.TextRelation;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.jspecify.annotations.Nullable;

/**
 * The primary keys outside of which no row can pass.
 *
 * @param keys distinct, ascending
 * @param exact every row with one of the keys passes
 */
record KeySelection(Column keys, boolean exact) {

    /** Null when the predicate does not restrict the keys to some that it names. */
    static @Nullable KeySelection of(Predicate predicate, FieldSchema primaryKey) {
        return switch (predicate) {
            case Always always when !always.value() -> of(primaryKey, List.of(), true);
            case IntegerRange range
            when range.field().primaryKey() && range.low() >= range.high() ->
                of(primaryKey, List.of(new NumberSet(single(range))), true);
            case NumberIn in when in.field().primaryKey() -> of(primaryKey, List.of(in.values()), true);
            case TextRelation text
            when text.field().primaryKey() && text.relation() == Relation.EQUAL ->
                of(primaryKey, List.of(new TextSet(List.of(text.value()))), true);
            case TextIn in when in.field().primaryKey() -> of(primaryKey, List.of(in.values()), true);
            case AllOf all -> smallest(all, primaryKey);
            case AnyOf any -> union(any, primaryKey);
            default -> null;
        };
    }

    private static long[] single(IntegerRange range) {
        return range.low() == range.high() ? new long[] {range.low()} : new long[0];
    }

    /** The other conditions are evaluated on the rows found, so the shortest list will do. */
    private static @Nullable KeySelection smallest(AllOf all, FieldSchema primaryKey) {
        KeySelection best = null;
        for (Predicate condition : all.conditions()) {
            KeySelection found = of(condition, primaryKey);
            if (found != null && (best == null || found.keys.rows() < best.keys.rows())) {
                best = found;
            }
        }
        return best == null ? null : new KeySelection(best.keys, best.keys.rows() == 0);
    }

    private static @Nullable KeySelection union(AnyOf any, FieldSchema primaryKey) {
        List<Object> sets = new ArrayList<>();
        boolean exact = true;
        for (Predicate condition : any.conditions()) {
            KeySelection found = of(condition, primaryKey);
            if (found == null) {
                return null;
            }
            sets.add(setOf(found.keys));
            exact &= found.exact;
        }
        return of(primaryKey, sets, exact);
    }

    private static Object setOf(Column keys) {
        if (keys instanceof org.elanus.spi.database.FixedColumn longs) {
            long[] values = new long[keys.rows()];
            for (int i = 0; i < values.length; i++) {
                values[i] = longs.getLong(i);
            }
            return new NumberSet(values);
        }
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < keys.rows(); i++) {
            values.add(((org.elanus.spi.database.VariableColumn) keys).getBytes(i));
        }
        return new TextSet(values);
    }

    private static KeySelection of(FieldSchema primaryKey, List<?> sets, boolean exact) {
        if (primaryKey.type() == DataType.INT64) {
            int size = 0;
            for (Object set : sets) {
                size += ((NumberSet) set).size();
            }
            long[] values = new long[size];
            int at = 0;
            for (Object set : sets) {
                long[] sorted = ((NumberSet) set).sorted();
                System.arraycopy(sorted, 0, values, at, sorted.length);
                at += sorted.length;
            }
            return new KeySelection(Columns.longs(new NumberSet(values).sorted()), exact);
        }
        List<byte[]> values = new ArrayList<>();
        for (Object set : sets) {
            values.addAll(((TextSet) set).sorted());
        }
        return new KeySelection(Columns.bytes(DataType.VARCHAR, new TextSet(values).sorted()), exact);
    }
}
