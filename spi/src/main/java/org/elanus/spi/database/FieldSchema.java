package org.elanus.spi.database;

import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * A field of a collection.
 *
 * @param id assigned by the server from 100; 0 in a request
 * @param elementType of ARRAY
 * @param autoId the server gives the primary key
 * @param dynamic the JSON field {@code $meta} that holds what the schema does not name
 * @param defaultValue Boolean, Long, Double or String, used where a value is null or absent
 * @param parameters {@code dim}, {@code max_length} (bytes), {@code max_capacity} and what else a client sets
 */
public record FieldSchema(
        long id,
        String name,
        String description,
        DataType type,
        @Nullable DataType elementType,
        boolean primaryKey,
        boolean autoId,
        boolean nullable,
        boolean partitionKey,
        boolean clusteringKey,
        boolean dynamic,
        @Nullable Object defaultValue,
        Map<String, String> parameters) {

    /** The name of the field that holds what the schema does not name. */
    public static final String DYNAMIC_NAME = "$meta";

    public FieldSchema {
        parameters = Map.copyOf(parameters);
        if (defaultValue != null
                && !(defaultValue instanceof Boolean
                        || defaultValue instanceof Long
                        || defaultValue instanceof Double
                        || defaultValue instanceof String)) {
            throw ElanusException.invalid("default value of field '%s' has an unsupported type", name);
        }
    }

    /** A plain scalar field. */
    public static FieldSchema of(String name, DataType type) {
        return new FieldSchema(0, name, "", type, null, false, false, false, false, false, false, null, Map.of());
    }

    /** The primary key. */
    public static FieldSchema primaryKey(String name, DataType type, boolean autoId) {
        return new FieldSchema(
                0,
                name,
                "",
                type,
                null,
                true,
                autoId,
                false,
                false,
                false,
                false,
                null,
                type == DataType.VARCHAR ? Map.of("max_length", "65535") : Map.of());
    }

    /** A dense vector field. */
    public static FieldSchema vector(String name, DataType type, int dimension) {
        return new FieldSchema(
                0,
                name,
                "",
                type,
                null,
                false,
                false,
                false,
                false,
                false,
                false,
                null,
                Map.of("dim", Integer.toString(dimension)));
    }

    /** A VARCHAR field. @param maxLength in bytes */
    public static FieldSchema varchar(String name, int maxLength) {
        return new FieldSchema(
                0,
                name,
                "",
                DataType.VARCHAR,
                null,
                false,
                false,
                false,
                false,
                false,
                false,
                null,
                Map.of("max_length", Integer.toString(maxLength)));
    }

    public FieldSchema withId(long newId) {
        return new FieldSchema(
                newId,
                name,
                description,
                type,
                elementType,
                primaryKey,
                autoId,
                nullable,
                partitionKey,
                clusteringKey,
                dynamic,
                defaultValue,
                parameters);
    }

    public FieldSchema withNullable(boolean isNullable) {
        return new FieldSchema(
                id,
                name,
                description,
                type,
                elementType,
                primaryKey,
                autoId,
                isNullable,
                partitionKey,
                clusteringKey,
                dynamic,
                defaultValue,
                parameters);
    }

    public FieldSchema withParameters(Map<String, String> newParameters) {
        return new FieldSchema(
                id,
                name,
                description,
                type,
                elementType,
                primaryKey,
                autoId,
                nullable,
                partitionKey,
                clusteringKey,
                dynamic,
                defaultValue,
                newParameters);
    }

    /** The number of dimensions of a dense vector (bits of a binary one). */
    public int dimension() {
        return intParameter("dim");
    }

    /** The longest VARCHAR value in bytes of UTF-8. */
    public int maxLength() {
        return intParameter("max_length");
    }

    /** The most elements of an ARRAY value. */
    public int maxCapacity() {
        return intParameter("max_capacity");
    }

    /** The bytes of one value, 0 for types of variable width. */
    public int width() {
        return type.isDenseVector() ? type.vectorBytes(dimension()) : type.scalarBytes();
    }

    private int intParameter(String key) {
        String text = parameters.get(key);
        try {
            if (text != null) {
                return Integer.parseInt(text.strip());
            }
        } catch (NumberFormatException e) {
            throw new ElanusException(
                    org.elanus.spi.error.StandardErrorCode.ILLEGAL_SCHEMA,
                    "parameter '" + key + "' of field '" + name + "' must be a whole number, not '" + text + "'",
                    e);
        }
        throw new ElanusException(
                org.elanus.spi.error.StandardErrorCode.MISSING_ARGUMENT,
                "field '" + name + "' of type " + type + " needs the parameter '" + key + "'");
    }
}
