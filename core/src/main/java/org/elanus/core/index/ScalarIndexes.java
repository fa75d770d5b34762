package org.elanus.core.index;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexParameter;

/**
 * Index types over scalar fields. They are definitions so far: filters scan columns, whether a field has an index or
 * not.
 */
final class ScalarIndexes {

    private static final String INVERTED = "INVERTED";

    /** A type of index. @param types of fields that it fits */
    private record ScalarType(Set<DataType> types, boolean primaryKeys, List<IndexParameter> parameters) {}

    private static final List<String> CAST_TYPES =
            List.of("BOOL", "DOUBLE", "VARCHAR", "ARRAY_BOOL", "ARRAY_DOUBLE", "ARRAY_VARCHAR", "JSON");

    private static final Map<String, ScalarType> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put(
                INVERTED,
                new ScalarType(
                        Set.of(
                                DataType.BOOL,
                                DataType.INT8,
                                DataType.INT16,
                                DataType.INT32,
                                DataType.INT64,
                                DataType.FLOAT,
                                DataType.DOUBLE,
                                DataType.VARCHAR,
                                DataType.ARRAY,
                                DataType.JSON),
                        true,
                        List.of(
                                IndexParameter.text("json_path", List.of(), null, "Path to a value in a JSON field."),
                                IndexParameter.text("json_cast_type", CAST_TYPES, null, "Type of the path's values."),
                                IndexParameter.text(
                                        "json_cast_function",
                                        List.of("STRING_TO_DOUBLE"),
                                        null,
                                        "Turns the path's values into the type."))));
        TYPES.put(
                "STL_SORT",
                new ScalarType(
                        Set.of(
                                DataType.INT8,
                                DataType.INT16,
                                DataType.INT32,
                                DataType.INT64,
                                DataType.FLOAT,
                                DataType.DOUBLE,
                                DataType.VARCHAR),
                        true,
                        List.of()));
        TYPES.put("TRIE", new ScalarType(Set.of(DataType.VARCHAR), true, List.of()));
        TYPES.put(
                "BITMAP",
                new ScalarType(
                        Set.of(
                                DataType.BOOL,
                                DataType.INT8,
                                DataType.INT16,
                                DataType.INT32,
                                DataType.INT64,
                                DataType.VARCHAR,
                                DataType.ARRAY),
                        false,
                        List.of(IndexParameter.integer(
                                "bitmap_cardinality_limit", 1, 1000, null, "Most different values."))));
    }

    private ScalarIndexes() {}

    static ResolvedIndex resolve(FieldSchema field, String type, Map<String, String> parameters) {
        String wanted = type.isEmpty() || type.equals(IndexSpec.AUTOINDEX) ? INVERTED : type;
        ScalarType scalar = TYPES.get(wanted);
        if (scalar == null) {
            throw IndexTypes.unknown(wanted, new ArrayList<>(TYPES.keySet()));
        }
        if (!scalar.types().contains(field.type()) || field.primaryKey() && !scalar.primaryKeys()) {
            List<String> fitting = new ArrayList<>();
            TYPES.forEach((name, other) -> {
                if (other.types().contains(field.type()) && (other.primaryKeys() || !field.primaryKey())) {
                    fitting.add(name);
                }
            });
            throw ElanusException.invalid(
                    "index type %s does not support %s '%s' of type %s; supported are %s",
                    wanted, field.primaryKey() ? "primary key" : "field", field.name(), field.type(), fitting);
        }
        return new ResolvedIndex(wanted, null, IndexParameters.check(wanted, scalar.parameters(), parameters));
    }
}
