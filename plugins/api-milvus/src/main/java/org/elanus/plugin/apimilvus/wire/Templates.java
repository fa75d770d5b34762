package org.elanus.plugin.apimilvus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.TemplateArrayValue;
import org.elanus.milvus.proto.TemplateValue;
import org.elanus.spi.database.Filter;
import org.elanus.spi.error.ElanusException;

/** Filters with the values of their templates. */
public final class Templates {

    private Templates() {}

    public static Filter filter(String expression, Map<String, TemplateValue> values) {
        if (values.isEmpty()) {
            return expression.isEmpty() ? Filter.NONE : Filter.of(expression);
        }
        Map<String, Object> parameters = HashMap.newHashMap(values.size());
        values.forEach((name, value) -> parameters.put(name, value(name, value)));
        return new Filter(expression, parameters);
    }

    private static Object value(String name, TemplateValue value) {
        return switch (value.getValCase()) {
            case BOOL_VAL -> value.getBoolVal();
            case INT64_VAL -> value.getInt64Val();
            case FLOAT_VAL -> value.getFloatVal();
            case STRING_VAL -> value.getStringVal();
            case ARRAY_VAL -> list(name, value.getArrayVal());
            case VAL_NOT_SET -> throw ElanusException.invalid("template '%s' has no value", name);
        };
    }

    private static List<?> list(String name, TemplateArrayValue array) {
        return switch (array.getDataCase()) {
            case BOOL_DATA -> List.copyOf(array.getBoolData().getDataList());
            case LONG_DATA -> List.copyOf(array.getLongData().getDataList());
            case DOUBLE_DATA -> List.copyOf(array.getDoubleData().getDataList());
            case STRING_DATA -> List.copyOf(array.getStringData().getDataList());
            case JSON_DATA -> {
                List<Object> values = new ArrayList<>();
                for (ByteString json : array.getJsonData().getDataList()) {
                    values.add(plain(name, KeyValues.tree(name, json.toByteArray())));
                }
                yield values;
            }
            case ARRAY_DATA -> {
                List<Object> values = new ArrayList<>();
                for (TemplateArrayValue inner : array.getArrayData().getDataList()) {
                    values.add(list(name, inner));
                }
                yield values;
            }
            case DATA_NOT_SET -> List.of();
        };
    }

    private static Object plain(String name, JsonNode node) {
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isArray()) {
            List<Object> values = new ArrayList<>();
            node.forEach(element -> values.add(plain(name, element)));
            return values;
        }
        throw ElanusException.invalid(
                "template '%s' holds a JSON value that is no boolean, number, string or list", name);
    }
}
