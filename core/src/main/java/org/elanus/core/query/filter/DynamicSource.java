package org.elanus.core.query.filter;

import org.elanus.core.query.filter.Operand.Arithmetic;
import org.elanus.core.query.filter.Operand.ArrayElement;
import org.elanus.core.query.filter.Operand.ArrayLength;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;

/** Reads an operand row by row, where at least one part is JSON or of an array. For one thread. */
interface DynamicSource {

    void load(int row, DynamicValue value);

    static DynamicSource of(Operand operand, RowChunk chunk) {
        return switch (operand) {
            case Constant(Long number) -> (row, value) -> value.set((long) number);
            case Constant(Double number) -> (row, value) -> value.set((double) number);
            case Constant(Boolean bool) -> (row, value) -> value.set((boolean) bool);
            case Constant(String text) -> (row, value) -> value.set(text);
            case FieldValue(var field) -> field(chunk.column(field.name()));
            case JsonValue json -> {
                VariableColumn column =
                        (VariableColumn) chunk.column(json.field().name());
                JsonPathReader reader = new JsonPathReader(column, json.path());
                yield (row, value) -> {
                    reader.load(row, value);
                    if (value.kind == DynamicValue.Kind.MISSING && json.isPresent(column, row)) {
                        value.setAbsent();
                    }
                };
            }
            case ArrayElement(var field, int position) ->
                new ArrayReader((VariableColumn) chunk.column(field.name()), field, position);
            case ArrayLength(Operand array) -> {
                ElementSource source = ElementSource.of(array, chunk);
                Elements elements = new Elements();
                yield (row, value) -> {
                    source.load(row, elements);
                    if (elements.isArray()) {
                        value.set((long) elements.size());
                    } else {
                        value.setMissing();
                    }
                };
            }
            case Arithmetic arithmetic ->
                new DynamicArithmetic(
                        arithmetic.operator(), of(arithmetic.left(), chunk), of(arithmetic.right(), chunk));
            default -> throw new IllegalStateException("not a value");
        };
    }

    private static DynamicSource field(Column column) {
        DynamicSource present;
        if (column instanceof VariableColumn text) {
            present = (row, value) -> value.set(text.getString(row));
        } else {
            FixedColumn fixed = (FixedColumn) column;
            present = fixed.type() == DataType.BOOL
                    ? (row, value) -> value.set(fixed.getBoolean(row))
                    : fixed.type().isInteger()
                            ? (row, value) -> value.set(fixed.getLong(row))
                            : (row, value) -> value.set(fixed.getDouble(row));
        }
        return (row, value) -> {
            if (column.isNull(row)) {
                value.setMissing();
            } else {
                present.load(row, value);
            }
        };
    }

    /** Arithmetic on whatever the rows hold: exact between whole numbers, missing when there is no result. */
    final class DynamicArithmetic implements DynamicSource {

        private final ArithmeticOperator operator;
        private final DynamicSource left;
        private final DynamicSource right;
        private final DynamicValue other = new DynamicValue();

        DynamicArithmetic(ArithmeticOperator operator, DynamicSource left, DynamicSource right) {
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        public void load(int row, DynamicValue value) {
            left.load(row, value);
            right.load(row, other);
            if (value.kind == DynamicValue.Kind.MISSING || other.kind == DynamicValue.Kind.MISSING) {
                value.setMissing();
            } else if (!value.isNumber() || !other.isNumber()) {
                value.setOther();
            } else if (value.kind == DynamicValue.Kind.LONG && other.kind == DynamicValue.Kind.LONG) {
                try {
                    value.set(operator.apply(value.number, other.number));
                } catch (ArithmeticException e) {
                    value.setMissing();
                }
            } else if (operator == ArithmeticOperator.MODULO) {
                value.setOther();
            } else if (operator == ArithmeticOperator.DIVIDE && other.asDouble() == 0) {
                value.setMissing();
            } else {
                value.set(operator.apply(value.asDouble(), other.asDouble()));
            }
        }
    }
}
