package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FunctionSchema;
import org.elanus.milvus.proto.FunctionType;
import org.elanus.milvus.proto.StructArrayFieldSchema;
import org.elanus.milvus.proto.ValueField;

/** Schemas in JSON, as requests of the protocol carry them. */
final class Schemas {

    private static final String DIMENSION = "dim";
    private static final String MAX_LENGTH = "max_length";
    private static final String LONGEST = "65535";

    private Schemas() {}

    /** The one that a dimension alone asks for: a key, a vector, and whatever else a row brings. */
    static CollectionSchema quick(Members body, String collection) {
        Members parameters = body.object("params");
        FieldSchema.Builder key = FieldSchema.newBuilder()
                .setName(named(body, "primaryFieldName", "id"))
                .setIsPrimaryKey(true)
                .setAutoID(body.flag("autoID", body.flag("autoId", false)));
        switch (body.text("idType").toLowerCase(java.util.Locale.ROOT)) {
            case "", "int64" -> key.setDataType(DataType.Int64);
            case "varchar" ->
                key.setDataType(DataType.VarChar)
                        .addTypeParams(org.elanus.plugin.apimilvus.wire.KeyValues.pair(
                                MAX_LENGTH,
                                parameters.has(MAX_LENGTH) ? Members.plain(parameters.required(MAX_LENGTH)) : LONGEST));
            default ->
                throw RestException.invalid(
                        "idType can only be Int64 or VarChar, not '" + Json.shortened(body.text("idType")) + "'");
        }
        FieldSchema.Builder vector = FieldSchema.newBuilder()
                .setName(vectorField(body))
                .setDataType(DataType.FloatVector)
                .addTypeParams(org.elanus.plugin.apimilvus.wire.KeyValues.pair(
                        DIMENSION, Long.toString(body.whole("dimension", 0))));
        return CollectionSchema.newBuilder()
                .setName(collection)
                .setDescription(body.text("description"))
                .setEnableDynamicField(parameters.flag("enableDynamicField", true))
                .addFields(key)
                .addFields(vector)
                .build();
    }

    static String vectorField(Members body) {
        return named(body, "vectorFieldName", "vector");
    }

    private static String named(Members body, String member, String otherwise) {
        String name = body.text(member);
        return name.isEmpty() ? otherwise : name;
    }

    static CollectionSchema of(Members body, String collection) {
        Members given = body.object("schema");
        boolean autoId = given.flag("autoID", given.flag("autoId", false));
        CollectionSchema.Builder schema = CollectionSchema.newBuilder()
                .setName(collection)
                .setDescription(body.has("description") ? body.text("description") : given.text("description"))
                .setEnableDynamicField(given.flag("enableDynamicField", given.flag("enabledDynamicField", false)));
        for (Members field : given.objects("fields")) {
            FieldSchema.Builder built = field(field).toBuilder();
            if (built.getIsPrimaryKey() && autoId) {
                built.setAutoID(true);
            }
            schema.addFields(built);
        }
        for (Members function : given.objects("functions")) {
            schema.addFunctions(FunctionSchema.newBuilder().setName(function.text("name")));
        }
        for (Members struct : given.objects("structFields")) {
            schema.addStructArrayFields(StructArrayFieldSchema.newBuilder().setName(struct.text("fieldName")));
        }
        return schema.build();
    }

    static FieldSchema field(Members field) {
        String name = field.requiredText("fieldName");
        DataType type = type(field.requiredText("dataType"));
        FieldSchema.Builder schema = FieldSchema.newBuilder()
                .setName(name)
                .setDescription(field.text("description"))
                .setDataType(type)
                .setIsPrimaryKey(field.flag("isPrimary", false))
                .setAutoID(field.flag("autoID", field.flag("autoId", false)))
                .setIsPartitionKey(field.flag("isPartitionKey", false))
                .setIsClusteringKey(field.flag("isClusteringKey", false))
                .setNullable(field.flag("nullable", false))
                .addAllTypeParams(field.object("elementTypeParams").pairs());
        if (type == DataType.Array) {
            schema.setElementType(type(field.requiredText("elementDataType")));
        }
        if (field.has("defaultValue")) {
            schema.setDefaultValue(defaultValue(name, type, field.required("defaultValue")));
        }
        return schema.build();
    }

    private static DataType type(String name) {
        for (DataType type : DataType.values()) {
            if (type != DataType.UNRECOGNIZED && type != DataType.None && type.name().equals(name)) {
                return type;
            }
        }
        throw RestException.invalid("dataType '" + Json.shortened(name) + "' is unknown; known are "
                + Arrays.stream(DataType.values())
                        .filter(type -> type != DataType.UNRECOGNIZED && type != DataType.None)
                        .toList());
    }

    private static ValueField defaultValue(String name, DataType type, JsonNode value) {
        ValueField.Builder wire = ValueField.newBuilder();
        boolean fits = true;
        switch (type) {
            case Bool -> {
                fits = value.isBoolean();
                wire.setBoolData(value.booleanValue());
            }
            case Int8, Int16, Int32 -> {
                fits = value.isIntegralNumber() && value.canConvertToInt();
                wire.setIntData(value.intValue());
            }
            case Int64 -> {
                fits = value.isIntegralNumber();
                wire.setLongData(value.longValue());
            }
            case Float -> {
                fits = value.isNumber();
                wire.setFloatData(value.floatValue());
            }
            case Double -> {
                fits = value.isNumber();
                wire.setDoubleData(value.doubleValue());
            }
            case VarChar -> {
                fits = value.isTextual();
                wire.setStringData(fits ? value.textValue() : "");
            }
            default -> throw RestException.invalid("field '" + name + "' of type " + type + " takes no defaultValue");
        }
        if (!fits) {
            throw RestException.invalid("defaultValue " + Json.shortened(value.toString()) + " of field '" + name
                    + "' is no " + type);
        }
        return wire.build();
    }

    /** The level by its name, as requests and answers give it. */
    static ConsistencyLevel consistency(String name) {
        for (ConsistencyLevel level : ConsistencyLevel.values()) {
            if (level != ConsistencyLevel.UNRECOGNIZED && level.name().equals(name)) {
                return level;
            }
        }
        throw RestException.invalid("consistencyLevel '" + Json.shortened(name)
                + "' is unknown; known are Strong, Session, Bounded, Eventually and Customized");
    }

    static FunctionType functionType(String name) {
        for (FunctionType type : FunctionType.values()) {
            if (type != FunctionType.UNRECOGNIZED && type.name().equals(name)) {
                return type;
            }
        }
        throw RestException.invalid("function type '" + Json.shortened(name) + "' is unknown");
    }
}
