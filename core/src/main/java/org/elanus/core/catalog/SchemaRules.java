package org.elanus.core.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** What a schema must be. Checks a requested one and completes it with ids and the dynamic field. */
final class SchemaRules {

    /** Fields that the system adds by itself. */
    private static final Set<String> RESERVED = Set.of("rowid", "timestamp");

    private SchemaRules() {}

    /** The schema as it is stored. */
    static CollectionSchema complete(CollectionSchema schema) {
        description("collection", "", schema.description());
        List<FieldSchema> fields = new ArrayList<>();
        for (FieldSchema field : schema.fields()) {
            // A client that copies a described schema may send the dynamic field along.
            if (!(field.dynamic() && field.name().equals(FieldSchema.DYNAMIC_NAME) && schema.dynamicField())) {
                fields.add(field);
            }
        }
        counts(fields);
        Set<String> names = new HashSet<>();
        for (FieldSchema field : fields) {
            field(field);
            if (!names.add(field.name())) {
                throw ElanusException.invalid("duplicated field name: '%s'", field.name());
            }
        }
        keys(fields);
        List<FieldSchema> complete = new ArrayList<>();
        long id = Limits.FIRST_FIELD_ID;
        for (FieldSchema field : fields) {
            complete.add(field.withId(id++));
        }
        if (schema.dynamicField()) {
            complete.add(dynamicField(id));
        }
        return new CollectionSchema(schema.description(), complete, schema.dynamicField());
    }

    /** The schema with one more field, which goes before the dynamic one. */
    static CollectionSchema add(CollectionSchema schema, FieldSchema field) {
        field(field);
        if (schema.find(field.name()).isPresent()) {
            throw ElanusException.invalid("duplicated field name: '%s' exists already", field.name());
        }
        if (field.primaryKey() || field.autoId()) {
            throw ElanusException.invalid(
                    "field '%s' cannot be added: not supported to add a primary key field", field.name());
        }
        if (field.partitionKey() || field.clusteringKey()) {
            throw ElanusException.invalid(
                    "field '%s' cannot be added: not supported to add a partition key or clustering key field",
                    field.name());
        }
        if (field.type().isVector() && schema.vectorFields().size() >= Limits.VECTOR_FIELDS) {
            throw ElanusException.invalid(
                    "maximum vector field's number should be limited to %d; field '%s' would be one more",
                    Limits.VECTOR_FIELDS, field.name());
        }
        if (!field.nullable() && field.defaultValue() == null) {
            throw ElanusException.invalid(
                    "added field '%s' must be nullable or have a default value, please check it", field.name());
        }
        List<FieldSchema> fields = new ArrayList<>(schema.fields());
        fields.removeIf(FieldSchema::dynamic);
        if (fields.size() >= Limits.FIELDS) {
            throw ElanusException.invalid(
                    "maximum field's number should be limited to %d; field '%s' would be one more",
                    Limits.FIELDS, field.name());
        }
        fields.add(field.withId(nextId(schema)));
        schema.fields().stream().filter(FieldSchema::dynamic).forEach(fields::add);
        return new CollectionSchema(schema.description(), fields, schema.dynamicField());
    }

    /** The schema with the dynamic field, when it has none yet. */
    static CollectionSchema withDynamicField(CollectionSchema schema) {
        if (schema.dynamicField()) {
            return schema;
        }
        List<FieldSchema> fields = new ArrayList<>(schema.fields());
        fields.add(dynamicField(nextId(schema)));
        return new CollectionSchema(schema.description(), fields, true);
    }

    private static long nextId(CollectionSchema schema) {
        return schema.fields().stream().mapToLong(FieldSchema::id).max().orElse(Limits.FIRST_FIELD_ID - 1) + 1;
    }

    private static FieldSchema dynamicField(long id) {
        return new FieldSchema(
                id,
                FieldSchema.DYNAMIC_NAME,
                "dynamic schema",
                DataType.JSON,
                null,
                false,
                false,
                false,
                false,
                false,
                true,
                null,
                Map.of());
    }

    private static void counts(List<FieldSchema> fields) {
        if (fields.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.MISSING_ARGUMENT,
                    "the schema has no fields; it needs a primary key and a vector field at least");
        }
        if (fields.size() > Limits.FIELDS) {
            throw ElanusException.invalid(
                    "maximum field's number should be limited to %d, not %d", Limits.FIELDS, fields.size());
        }
        long vectors = fields.stream().filter(field -> field.type().isVector()).count();
        if (vectors > Limits.VECTOR_FIELDS) {
            throw ElanusException.invalid(
                    "maximum vector field's number should be limited to %d, not %d", Limits.VECTOR_FIELDS, vectors);
        }
        if (vectors == 0) {
            throw illegal("schema does not contain vector field: 1 to %d are needed", Limits.VECTOR_FIELDS);
        }
    }

    /** The rules over all fields: which of them are keys. */
    private static void keys(List<FieldSchema> fields) {
        List<String> primary = fields.stream()
                .filter(FieldSchema::primaryKey)
                .map(FieldSchema::name)
                .toList();
        if (primary.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.MISSING_ARGUMENT,
                    "primary key is not specified: exactly one field of type INT64 or VARCHAR must be it");
        }
        if (primary.size() > 1) {
            throw illegal("there are more than one primary key, field name = %s", String.join(", ", primary));
        }
        List<String> partition = fields.stream()
                .filter(FieldSchema::partitionKey)
                .map(FieldSchema::name)
                .toList();
        if (partition.size() > 1) {
            throw illegal("there are more than one partition key, field name = %s", String.join(", ", partition));
        }
        List<String> clustering = fields.stream()
                .filter(FieldSchema::clusteringKey)
                .map(FieldSchema::name)
                .toList();
        if (clustering.size() > 1) {
            throw illegal("there are more than one clustering key, field name = %s", String.join(", ", clustering));
        }
    }

    /** The rules of one field by itself. */
    private static void field(FieldSchema field) {
        String name = field.name();
        if (name.equals(FieldSchema.DYNAMIC_NAME) || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw ElanusException.invalid(
                    "field name '%s' is reserved by the system; reserved are %s, RowID, Timestamp",
                    name, FieldSchema.DYNAMIC_NAME);
        }
        NameRules.field(name);
        description("field", name, field.description());
        if (field.dynamic()) {
            throw illegal("field '%s' cannot be dynamic; enable the dynamic field of the schema instead", name);
        }
        type(field);
        if (field.primaryKey()) {
            primaryKey(field);
        } else if (field.autoId()) {
            throw illegal("only the primary field can specify AutoID with true, field name = %s", name);
        }
        if (field.partitionKey()) {
            partitionKey(field);
        }
        if (field.clusteringKey()
                && (field.type() == DataType.JSON
                        || field.type() == DataType.ARRAY
                        || field.type() == DataType.GEOMETRY
                        || field.type().isVector())) {
            throw illegal("clustering key '%s' cannot be of type %s", name, field.type());
        }
        DefaultValues.check(field);
    }

    private static void primaryKey(FieldSchema field) {
        if (field.type() != DataType.INT64 && field.type() != DataType.VARCHAR) {
            throw illegal(
                    "the data type of primary key should be Int64 or VarChar, but field '%s' is %s",
                    field.name(), field.type());
        }
        if (field.nullable()) {
            throw illegal("primary field '%s' cannot be nullable", field.name());
        }
        if (field.defaultValue() != null) {
            throw illegal("primary field '%s' cannot have a default value", field.name());
        }
    }

    private static void partitionKey(FieldSchema field) {
        if (field.primaryKey()) {
            throw illegal("the partition key field must not be primary field: '%s'", field.name());
        }
        if (field.type() != DataType.INT64 && field.type() != DataType.VARCHAR) {
            throw illegal(
                    "the data type of partition key should be Int64 or VarChar, but field '%s' is %s",
                    field.name(), field.type());
        }
        if (field.nullable()) {
            throw illegal("partition key field '%s' cannot be nullable", field.name());
        }
    }

    private static void type(FieldSchema field) {
        DataType type = field.type();
        String name = field.name();
        DataType elementType = field.elementType();
        if (type == DataType.ARRAY) {
            if (elementType == null) {
                throw new ElanusException(
                        StandardErrorCode.MISSING_ARGUMENT,
                        "array field '" + name + "' needs an element type: a scalar except JSON and ARRAY");
            }
            if (elementType == DataType.ARRAY
                    || elementType == DataType.JSON
                    || elementType == DataType.GEOMETRY
                    || elementType == DataType.TIMESTAMPTZ
                    || elementType.isVector()) {
                throw illegal(
                        "element type %s of array field '%s' is not supported; allowed are scalars except JSON and ARRAY",
                        elementType, name);
            }
            range(field, "max_capacity", "the maximum capacity specified for the array", 1, Limits.ARRAY_CAPACITY);
        }
        if (type == DataType.VARCHAR || elementType == DataType.VARCHAR) {
            range(field, "max_length", "the maximum length specified for the field", 1, Limits.VARCHAR_BYTES);
        }
        if (type.isDenseVector()) {
            dimension(field);
        } else if (type == DataType.SPARSE_FLOAT_VECTOR && field.parameters().containsKey("dim")) {
            throw illegal("dim should not be specified for sparse vector field %s", name);
        }
    }

    private static void dimension(FieldSchema field) {
        boolean binary = field.type() == DataType.BINARY_VECTOR;
        int min = binary ? Limits.MIN_BINARY_DIMENSION : Limits.MIN_DIMENSION;
        int max = binary ? Limits.MAX_BINARY_DIMENSION : Limits.MAX_DIMENSION;
        if (!field.parameters().containsKey("dim")) {
            throw new ElanusException(
                    StandardErrorCode.MISSING_ARGUMENT,
                    "dimension is not defined in field type params, check type param `dim` for vector field '"
                            + field.name() + "': it should be in range " + min + " ~ " + max);
        }
        long dimension = whole(field, "dim");
        if (dimension < min || dimension > max) {
            throw ElanusException.invalid(
                    "invalid dimension: %d of field %s. should be in range %d ~ %d", dimension, field.name(), min, max);
        }
        if (binary && dimension % 8 != 0) {
            throw ElanusException.invalid(
                    "invalid dimension: %d of field %s. binary vector dimension should be multiple of 8. should be in"
                            + " range %d ~ %d",
                    dimension, field.name(), min, max);
        }
    }

    private static void range(FieldSchema field, String key, String what, long min, long max) {
        if (!field.parameters().containsKey(key)) {
            throw new ElanusException(
                    StandardErrorCode.MISSING_ARGUMENT,
                    "type param(" + key + ") should be specified for the field(" + field.name() + "): " + min + " to "
                            + max);
        }
        long value = whole(field, key);
        if (value < min || value > max) {
            throw ElanusException.invalid(
                    "%s(%s) should be in [%d, %d], but got %d instead", what, field.name(), min, max, value);
        }
    }

    private static long whole(FieldSchema field, String key) {
        String text = field.parameters().getOrDefault(key, "").strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ElanusException.invalid(
                    "parameter '%s' of field '%s' must be a whole number, not '%s'", key, field.name(), text);
        }
    }

    private static void description(String kind, String name, String description) {
        int bytes = description.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > Limits.DESCRIPTION_BYTES) {
            throw ElanusException.invalid(
                    "the description of %s%s has %d bytes; allowed are 0 to %d",
                    kind, name.isEmpty() ? "" : " '" + name + "'", bytes, Limits.DESCRIPTION_BYTES);
        }
    }

    /** The field with some parameters set and others removed, checked like a new one. */
    static FieldSchema altered(FieldSchema field, Map<String, String> parameters, @Nullable String description) {
        FieldSchema altered = new FieldSchema(
                field.id(),
                field.name(),
                description == null ? field.description() : description,
                field.type(),
                field.elementType(),
                field.primaryKey(),
                field.autoId(),
                field.nullable(),
                field.partitionKey(),
                field.clusteringKey(),
                field.dynamic(),
                field.defaultValue(),
                parameters);
        field(altered);
        return altered;
    }

    static ElanusException illegal(String format, @Nullable Object... arguments) {
        return new ElanusException(StandardErrorCode.ILLEGAL_SCHEMA, format.formatted(arguments));
    }
}
