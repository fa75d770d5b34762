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
 * The values of one field, an integer or a text, outside of which no row can pass.
 *
 * @param keys distinct, ascending
 * @param exact every row with one of them passes
 */
record KeySelection(Column keys, boolean exact) {

    /** Null when the predicate does not restrict the field to values that it names. */
    static @Nullable KeySelection of(Predicate predicate, FieldSchema key) {
        return switch (predicate) {
            case Always always when !always.value() -> of(key, List.of(), true);
            case IntegerRange range
            when isOf(key, range.field()) && range.low() >= range.high() ->
                of(key, List.of(new NumberSet(single(range))), true);
            case NumberIn in when isOf(key, in.field()) -> of(key, List.of(in.values()), true);
            case TextRelation text
            when isOf(key, text.field()) && text.relation() == Relation.EQUAL ->
                of(key, List.of(new TextSet(List.of(text.value()))), true);
            case TextIn in when isOf(key, in.field()) -> of(key, List.of(in.values()), true);
            case AllOf all -> smallest(all, key);
            case AnyOf any -> union(any, key);
            default -> null;
        };
    }

    private static boolean isOf(FieldSchema key, FieldSchema field) {
        return field.name().equals(key.name());
    }

    private static long[] single(IntegerRange range) {
        return range.low() == range.high() ? new long[] {range.low()} : new long[0];
    }

    /** The other conditions are evaluated on the rows found, so the shortest list will do. */
    private static @Nullable KeySelection smallest(AllOf all, FieldSchema key) {
        KeySelection best = null;
        for (Predicate condition : all.conditions()) {
            KeySelection found = of(condition, key);
            if (found != null && (best == null || found.keys.rows() < best.keys.rows())) {
                best = found;
            }
        }
        return best == null ? null : new KeySelection(best.keys, best.keys.rows() == 0);
    }

    private static @Nullable KeySelection union(AnyOf any, FieldSchema key) {
        List<Object> sets = new ArrayList<>();
        boolean exact = true;
        for (Predicate condition : any.conditions()) {
            KeySelection found = of(condition, key);
            if (found == null) {
                return null;
            }
            sets.add(setOf(found.keys));
            exact &= found.exact;
        }
        return of(key, sets, exact);
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

    private static KeySelection of(FieldSchema key, List<?> sets, boolean exact) {
        if (key.type() == DataType.INT64) {
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
