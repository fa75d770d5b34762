package org.elanus.core.catalog;

import java.nio.charset.StandardCharsets;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;

/** The rules of default values. */
final class DefaultValues {

    private DefaultValues() {}

    static void check(FieldSchema field) {
        Object value = field.defaultValue();
        if (value == null) {
            return;
        }
        switch (field.type()) {
            case BOOL -> require(field, value instanceof Boolean, "true or false");
            case INT8 -> integer(field, value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT16 -> integer(field, value, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT32 -> integer(field, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64, TIMESTAMPTZ -> integer(field, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> floating(field, value, Float.MAX_VALUE);
            case DOUBLE -> floating(field, value, Double.MAX_VALUE);
            case VARCHAR -> text(field, value);
            case ARRAY, JSON -> throw refused(field);
            default -> throw refused(field);
        }
    }

    private static void integer(FieldSchema field, Object value, long min, long max) {
        require(
                field,
                value instanceof Long number && number >= min && number <= max,
                "a whole number from " + min + " to " + max);
    }

    private static void floating(FieldSchema field, Object value, double max) {
        require(
                field,
                value instanceof Double number && Math.abs(number) <= max,
                "a finite number from " + -max + " to " + max);
    }

    private static void text(FieldSchema field, Object value) {
        require(field, value instanceof String, "a text");
        int bytes = value.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > field.maxLength()) {
            throw SchemaRules.illegal(
                    "the length (%d) of the default value exceeds max length (%d) of field '%s'",
                    bytes, field.maxLength(), field.name());
        }
    }

    private static void require(FieldSchema field, boolean holds, String what) {
        if (!holds) {
            throw SchemaRules.illegal(
                    "type of default value mismatches with field '%s' of type %s: it must be %s, not '%s'",
                    field.name(), field.type(), what, field.defaultValue());
        }
    }

    private static RuntimeException refused(FieldSchema field) {
        DataType type = field.type();
        return SchemaRules.illegal("field '%s' of type %s cannot have a default value", field.name(), type);
    }
}
