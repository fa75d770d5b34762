package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.TemplateArrayValue;
import org.elanus.milvus.proto.TemplateArrayValueArray;
import org.elanus.milvus.proto.TemplateValue;

/** The values for a filter's templates, {@code exprParams}. */
final class TemplateValues {

    private TemplateValues() {}

    static Map<String, TemplateValue> of(Members body) {
        Map<String, TemplateValue> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : body.object("exprParams").entries()) {
            values.put(entry.getKey(), value(entry.getKey(), entry.getValue()));
        }
        return values;
    }

    private static TemplateValue value(String name, JsonNode value) {
        TemplateValue.Builder template = TemplateValue.newBuilder();
        if (value.isBoolean()) {
            template.setBoolVal(value.booleanValue());
        } else if (value.isIntegralNumber()) {
            template.setInt64Val(value.longValue());
        } else if (value.isNumber()) {
            template.setFloatVal(value.doubleValue());
        } else if (value.isTextual()) {
            template.setStringVal(value.textValue());
        } else if (value.isArray()) {
            template.setArrayVal(list(value));
        } else {
            throw RestException.invalid(
                    "exprParams '" + Json.shortened(name) + "' must be a boolean, a number, a string or a list");
        }
        return template.build();
    }

    private enum Kind {
        TRUTH,
        WHOLE,
        REAL,
        TEXT,
        LIST,
        MIXED
    }

    private static Kind kind(JsonNode value) {
        if (value.isBoolean()) {
            return Kind.TRUTH;
        }
        if (value.isIntegralNumber()) {
            return Kind.WHOLE;
        }
        if (value.isNumber()) {
            return Kind.REAL;
        }
        if (value.isTextual()) {
            return Kind.TEXT;
        }
        return value.isArray() ? Kind.LIST : Kind.MIXED;
    }

    private static TemplateArrayValue list(JsonNode values) {
        TemplateArrayValue.Builder list = TemplateArrayValue.newBuilder();
        if (values.isEmpty()) {
            return list.build();
        }
        Kind kind = kind(values.get(0));
        for (JsonNode value : values) {
            kind = kind(value) == kind ? kind : Kind.MIXED;
        }
        switch (kind) {
            case TRUTH -> {
                BoolArray.Builder data = BoolArray.newBuilder();
                values.forEach(value -> data.addData(value.booleanValue()));
                list.setBoolData(data);
            }
            case WHOLE -> {
                LongArray.Builder data = LongArray.newBuilder();
                values.forEach(value -> data.addData(value.longValue()));
                list.setLongData(data);
            }
            case REAL -> {
                DoubleArray.Builder data = DoubleArray.newBuilder();
                values.forEach(value -> data.addData(value.doubleValue()));
                list.setDoubleData(data);
            }
            case TEXT -> {
                StringArray.Builder data = StringArray.newBuilder();
                values.forEach(value -> data.addData(value.textValue()));
                list.setStringData(data);
            }
            case LIST -> {
                TemplateArrayValueArray.Builder data = TemplateArrayValueArray.newBuilder();
                values.forEach(value -> data.addData(list(value)));
                list.setArrayData(data);
            }
            case MIXED -> {
                JSONArray.Builder data = JSONArray.newBuilder();
                values.forEach(value -> data.addData(ByteString.copyFromUtf8(value.toString())));
                list.setJsonData(data);
            }
        }
        return list.build();
    }
}
