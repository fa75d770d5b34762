package org.elanus.core.query.filter;

import java.util.List;
import java.util.Objects;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.VariableColumn;

/** A typed value in a filter. */
sealed interface Operand {

    /** A Long, Double, Boolean, String, or a List of these. */
    record Constant(Object value) implements Operand {}

    /** The value of a scalar field that is not JSON. */
    record FieldValue(FieldSchema field) implements Operand {}

    /**
     * A value in a JSON field.
     *
     * @param path String keys and Integer positions; empty for the whole
     */
    record JsonValue(FieldSchema field, List<Object> path) implements Operand {

        /** Whether the row has a JSON text at all; in the dynamic field every row has, if only an empty one. */
        boolean isPresent(VariableColumn column, int row) {
            return field.dynamic() || !column.isNull(row);
        }
    }

    /** An ARRAY field as a whole; only functions take it. */
    record ArrayField(FieldSchema field) implements Operand {}

    /** An element of an ARRAY field; missing behind the end. */
    record ArrayElement(FieldSchema field, int position) implements Operand {

        DataType type() {
            return Objects.requireNonNull(field.elementType());
        }
    }

    /** How many elements an ARRAY field or a JSON array has; missing when there is no array. */
    record ArrayLength(Operand array) implements Operand {}

    /**
     * At least one side is not constant.
     *
     * @param depth operators on the longest way down
     * @param dynamic {@link #isDynamic}
     * @param integer {@link #isInteger}
     */
    record Arithmetic(
            ArithmeticOperator operator, Operand left, Operand right, int depth, boolean dynamic, boolean integer)
            implements Operand {

        static Arithmetic of(ArithmeticOperator operator, Operand left, Operand right) {
            return new Arithmetic(
                    operator,
                    left,
                    right,
                    Math.max(depth(left), depth(right)) + 1,
                    left.isDynamic() || right.isDynamic(),
                    left.isInteger() && right.isInteger());
        }

        private static int depth(Operand operand) {
            return operand instanceof Arithmetic arithmetic ? arithmetic.depth : 0;
        }
    }

    /** A condition where a value may stand. */
    record Condition(Predicate predicate) implements Operand {}

    /** Whether the value's type is known only when a row is read. */
    default boolean isDynamic() {
        return switch (this) {
            case JsonValue json -> true;
            case ArrayElement element -> true;
            case ArrayLength length -> true;
            case ArrayField array -> false;
            case Arithmetic arithmetic -> arithmetic.dynamic;
            case Constant constant -> false;
            case FieldValue value -> false;
            case Condition condition -> false;
        };
    }

    /** Whether the value is a number, whatever the row. */
    default boolean isNumber() {
        return switch (this) {
            case Constant constant -> constant.value instanceof Number;
            case FieldValue value ->
                value.field.type().isInteger() || value.field.type().isFloatingPoint();
            case Arithmetic arithmetic -> !isDynamic();
            default -> false;
        };
    }

    /** Whether the value is a whole number, whatever the row. */
    default boolean isInteger() {
        return switch (this) {
            case Constant constant -> constant.value instanceof Long;
            case FieldValue value -> value.field.type().isInteger();
            case Arithmetic arithmetic -> arithmetic.integer;
            default -> false;
        };
    }
}
