package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/**
 * Arrays as lists of Long, Double, Boolean, String, further lists, and {@link #OTHER}: what is compared with constants
 * that are lists themselves. Slower than the sources of single values, and allocates.
 */
interface Nested {

    /** Something that equals nothing: an object, an absent value, or a null inside of an array. */
    Object OTHER = new Object();

    /** The row's value; null when nothing is known of it. */
    @Nullable
    Object load(int row);

    /** @param array an ARRAY field or a JSON value */
    static Nested of(Operand array, RowChunk chunk) {
        return switch (array) {
            case ArrayField(var field) -> {
                ElementSource source = new ArrayReader((VariableColumn) chunk.column(field.name()), field, 0);
                Elements elements = new Elements();
                yield row -> {
                    source.load(row, elements);
                    return elements.isMissing() ? null : list(elements);
                };
            }
            case JsonValue json -> {
                VariableColumn column = (VariableColumn) chunk.column(json.field().name());
                JsonPathReader reader = new JsonPathReader(column, json.path());
                yield row -> {
                    Object value = reader.nested(row);
                    return value == null && json.isPresent(column, row) ? OTHER : value;
                };
            }
            default -> throw new IllegalStateException("not an array");
        };
    }

    private static List<Object> list(Elements elements) {
        List<Object> list = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            DynamicValue element = elements.get(i);
            list.add(
                    switch (element.kind) {
                        case LONG -> element.number;
                        case DOUBLE -> element.real;
                        case BOOLEAN -> element.bool;
                        case TEXT -> element.text;
                        case MISSING, ABSENT, OTHER -> OTHER;
                    });
        }
        return list;
    }

    /** Numbers are compared exactly; lists by their elements in order. */
    static boolean equal(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Numbers.holds(Relation.EQUAL, a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!equal(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return left != OTHER && left.equals(right);
    }

    /** Whether the array is exactly a list. */
    final class Equals extends DynamicKernels.ByRow {

        private final Nested source;
        private final List<?> wanted;

        Equals(Nested source, List<?> wanted) {
            this.source = source;
            this.wanted = wanted;
        }

        @Override
        int decide(int row) {
            Object value = source.load(row);
            return value == null ? UNKNOWN : outcome(equal(value, wanted));
        }
    }

    /** Whether the array holds some constant of each list. */
    final class Contains extends DynamicKernels.ByRow {

        private final Nested source;
        private final List<? extends List<?>> wanted;

        Contains(Nested source, List<? extends List<?>> wanted) {
            this.source = source;
            this.wanted = wanted;
        }

        @Override
        int decide(int row) {
            Object value = source.load(row);
            if (value == null) {
                return UNKNOWN;
            }
            if (!(value instanceof List<?> elements)) {
                return FALSE;
            }
            for (List<?> any : wanted) {
                if (!holdsOne(elements, any)) {
                    return FALSE;
                }
            }
            return TRUE;
        }

        private static boolean holdsOne(List<?> elements, List<?> constants) {
            for (Object constant : constants) {
                for (Object element : elements) {
                    if (equal(element, constant)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
