package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.elanus.milvus.proto.ValueField;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Moments;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Schemas of collections and fields. What the database cannot do is refused by name. */
public final class SchemaCodec {

    /** Fields below it are the server's own and are never shown. */
    private static final long FIRST_USER_FIELD = 100;

    private SchemaCodec() {}

    /** Reads the serialized schema of a request. */
    public static org.elanus.milvus.proto.CollectionSchema parseCollection(ByteString bytes) {
        if (bytes.isEmpty()) {
            throw new ElanusException(StandardErrorCode.MISSING_ARGUMENT, "the collection's schema is missing");
        }
        try {
            return org.elanus.milvus.proto.CollectionSchema.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "the schema is not a serialized CollectionSchema", e);
        }
    }

    /** Reads the serialized schema of one field. */
    public static FieldSchema parseField(ByteString bytes) {
        if (bytes.isEmpty()) {
            throw new ElanusException(StandardErrorCode.MISSING_ARGUMENT, "the field's schema is missing");
        }
        try {
            return decodeField(org.elanus.milvus.proto.FieldSchema.parseFrom(bytes), false);
        } catch (InvalidProtocolBufferException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "the schema is not a serialized FieldSchema", e);
        }
    }

    @SuppressWarnings("deprecation") // old clients set autoID on the collection
    public static CollectionSchema decode(org.elanus.milvus.proto.CollectionSchema schema) {
        if (schema.getFunctionsCount() > 0) {
            throw unsupported("function '" + schema.getFunctions(0).getName() + "': functions are not supported");
        }
        if (schema.getStructArrayFieldsCount() > 0) {
            throw unsupported(
                    "field '" + schema.getStructArrayFields(0).getName() + "': arrays of structs are not supported");
        }
        if (schema.getEnableNamespace()) {
            throw unsupported("namespaces are not supported");
        }
        List<FieldSchema> fields = new ArrayList<>(schema.getFieldsCount());
        for (org.elanus.milvus.proto.FieldSchema field : schema.getFieldsList()) {
            fields.add(decodeField(field, schema.getAutoID()));
        }
        return new CollectionSchema(schema.getDescription(), fields, schema.getEnableDynamicField());
    }

    private static FieldSchema decodeField(org.elanus.milvus.proto.FieldSchema field, boolean autoId) {
        String name = Names.field(field.getName());
        if (field.getIsFunctionOutput()) {
            throw unsupported("field '" + name + "': outputs of functions are not supported");
        }
        DataType type = Types.ofWire(name, field.getDataTypeValue());
        DataType element = null;
        if (type == DataType.ARRAY) {
            element = Types.ofWire(name, field.getElementTypeValue());
            if (element.isVector() || element == DataType.ARRAY || element == DataType.JSON) {
                throw ElanusException.invalid(
                        "elements of array field '%s' must be scalars other than JSON, not %s", name, element);
            }
        }
        return new FieldSchema(
                0,
                name,
                field.getDescription(),
                type,
                element,
                field.getIsPrimaryKey(),
                field.getAutoID() || (autoId && field.getIsPrimaryKey()),
                field.getNullable(),
                field.getIsPartitionKey(),
                field.getIsClusteringKey(),
                field.getIsDynamic(),
                field.hasDefaultValue() ? defaultValue(name, type, field.getDefaultValue()) : null,
                KeyValues.toMap(field.getTypeParamsList()));
    }

    private static @Nullable Object defaultValue(String name, DataType type, ValueField value) {
        Object plain = switch (value.getDataCase()) {
            case BOOL_DATA -> value.getBoolData();
            case INT_DATA -> (long) value.getIntData();
            case LONG_DATA -> value.getLongData();
            case FLOAT_DATA -> (double) value.getFloatData();
            case DOUBLE_DATA -> value.getDoubleData();
            case STRING_DATA -> value.getStringData();
            case TIMESTAMPTZ_DATA -> value.getTimestamptzData();
            case BYTES_DATA ->
                throw ElanusException.invalid("default value of field '%s': type %s allows none", name, type);
            case DATA_NOT_SET -> null;
        };
        if (plain == null) {
            return null;
        }
        if (type == DataType.TIMESTAMPTZ && plain instanceof String text) {
            return Moments.parse(text, ZoneOffset.UTC);
        }
        boolean fits = switch (type) {
            case BOOL -> plain instanceof Boolean;
            case INT8 -> plain instanceof Long number && number == (byte) (long) number;
            case INT16 -> plain instanceof Long number && number == (short) (long) number;
            case INT32 -> plain instanceof Long number && number == (int) (long) number;
            case INT64, TIMESTAMPTZ -> plain instanceof Long;
            case FLOAT, DOUBLE -> plain instanceof Double;
            case VARCHAR -> plain instanceof String;
            default -> false;
        };
        if (!fits) {
            throw ElanusException.invalid("default value '%s' of field '%s' is no %s", plain, name, type);
        }
        return plain;
    }

    /** The schema as clients see it: without the dynamic field and the server's own ones. */
    public static org.elanus.milvus.proto.CollectionSchema encode(String name, CollectionSchema schema) {
        org.elanus.milvus.proto.CollectionSchema.Builder wire = org.elanus.milvus.proto.CollectionSchema.newBuilder()
                .setName(name)
                .setDescription(schema.description())
                .setEnableDynamicField(schema.dynamicField());
        for (FieldSchema field : schema.fields()) {
            if (!field.dynamic()
                    && !field.name().equals(FieldSchema.DYNAMIC_NAME)
                    && (field.id() == 0 || field.id() >= FIRST_USER_FIELD)) {
                wire.addFields(encode(field));
            }
        }
        return wire.build();
    }

    private static org.elanus.milvus.proto.FieldSchema encode(FieldSchema field) {
        org.elanus.milvus.proto.FieldSchema.Builder wire = org.elanus.milvus.proto.FieldSchema.newBuilder()
                .setFieldID(field.id())
                .setName(field.name())
                .setDescription(field.description())
                .setDataType(Types.toWire(field.type()))
                .setIsPrimaryKey(field.primaryKey())
                .setAutoID(field.autoId())
                .setNullable(field.nullable())
                .setIsPartitionKey(field.partitionKey())
                .setIsClusteringKey(field.clusteringKey())
                .addAllTypeParams(KeyValues.toPairs(field.parameters()));
        DataType element = field.elementType();
        if (element != null) {
            wire.setElementType(Types.toWire(element));
        }
        Object defaultValue = field.defaultValue();
        if (defaultValue != null) {
            wire.setDefaultValue(encodeDefault(field.type(), defaultValue));
        }
        return wire.build();
    }

    private static ValueField encodeDefault(DataType type, Object value) {
        ValueField.Builder wire = ValueField.newBuilder();
        switch (value) {
            case Boolean truth -> wire.setBoolData(truth);
            case Long number when type == DataType.TIMESTAMPTZ ->
                wire.setStringData(Moments.format(number, ZoneOffset.UTC));
            case Long number when type == DataType.INT64 -> wire.setLongData(number);
            case Long number -> wire.setIntData((int) (long) number);
            case Double number when type == DataType.FLOAT -> wire.setFloatData((float) (double) number);
            case Double number -> wire.setDoubleData(number);
            default -> wire.setStringData((String) value);
        }
        return wire.build();
    }

    private static ElanusException unsupported(String message) {
        return new ElanusException(StandardErrorCode.UNSUPPORTED, message);
    }
}
