package org.elanus.core.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.core.index.scalar.ScalarBuilder;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexParameter;
import org.jspecify.annotations.Nullable;

/** The types of index over scalar fields and what they fit. */
final class ScalarIndexes {

    static final String JSON_PATH = "json_path";

    private static final String INVERTED = "INVERTED";
    private static final String BITMAP = "BITMAP";
    private static final String STL_SORT = "STL_SORT";
    private static final String TRIE = "TRIE";
    /** What AUTOINDEX stands for where the values decide; never asked for by name. */
    private static final String HYBRID = "HYBRID";

    private static final String CAST_TYPE = "json_cast_type";
    private static final String CAST_FUNCTION = "json_cast_function";
    private static final String BITMAP_LIMIT = "bitmap_cardinality_limit";
    private static final int DEFAULT_BITMAP_LIMIT = 100;

    private static final List<String> NAMES = List.of(INVERTED, STL_SORT, TRIE, BITMAP);
    private static final List<String> CAST_TYPES =
            List.of("BOOL", "DOUBLE", "VARCHAR", "ARRAY_BOOL", "ARRAY_DOUBLE", "ARRAY_VARCHAR");

    private static final Set<DataType> INTEGERS = Set.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64);

    private ScalarIndexes() {}

    static boolean isScalar(String type) {
        return NAMES.contains(type) || type.equals(HYBRID);
    }

    static ResolvedIndex resolve(FieldSchema field, String type, Map<String, String> parameters) {
        if (field.type().isVector()) {
            throw new IllegalArgumentException(field.name());
        }
        boolean automatic = type.isEmpty() || type.equals(IndexSpec.AUTOINDEX);
        String wanted = automatic ? automatic(field) : type;
        if (!automatic && !NAMES.contains(wanted)) {
            throw IndexTypes.unknown(wanted, NAMES);
        }
        String misfit = misfit(field, wanted);
        if (misfit != null) {
            List<String> fitting =
                    NAMES.stream().filter(name -> misfit(field, name) == null).toList();
            throw ElanusException.invalid(
                    "%s; field '%s' of type %s takes %s", misfit, field.name(), field.type(), fitting);
        }
        Map<String, String> checked = IndexParameters.check(wanted, parameters(field, wanted), parameters);
        if (field.type() == DataType.JSON) {
            checked = json(field, checked);
        }
        return new ResolvedIndex(wanted, null, checked);
    }

    private static String automatic(FieldSchema field) {
        return switch (field.type()) {
            case BOOL -> BITMAP;
            case JSON -> INVERTED;
            default -> HYBRID;
        };
    }

    /** Why a type does not fit a field, in Milvus's words; null when it does. */
    private static @Nullable String misfit(FieldSchema field, String type) {
        DataType values = field.type() == DataType.ARRAY ? field.elementType() : field.type();
        boolean array = field.type() == DataType.ARRAY;
        boolean text = values == DataType.VARCHAR;
        boolean whole = values != null && INTEGERS.contains(values);
        return switch (type) {
            case BITMAP -> {
                if (field.primaryKey()) {
                    yield "create bitmap index on primary key not supported";
                }
                boolean fits = values == DataType.BOOL || whole || text;
                yield fits
                        ? null
                        : array
                                ? "bitmap index are only supported on bool, int, string for array field"
                                : "bitmap index are only supported on bool, int, string and array field";
            }
            case STL_SORT ->
                !array && values != null && (text || whole || values.isFloatingPoint())
                        ? null
                        : "STL_SORT are only supported on numeric, varchar field";
            case TRIE -> !array && text ? null : "TRIE are only supported on varchar field";
            default -> null; // INVERTED fits every scalar, HYBRID is only chosen where it fits
        };
    }

    private static List<IndexParameter> parameters(FieldSchema field, String type) {
        if (field.type() == DataType.JSON) {
            return List.of(
                    IndexParameter.text(JSON_PATH, List.of(), null, "Path to a value in a JSON field."),
                    IndexParameter.text(CAST_TYPE, List.of(), null, "Type of the path's values."),
                    IndexParameter.text(CAST_FUNCTION, List.of(), null, "Turns the path's values into the type."));
        }
        return type.equals(BITMAP) || type.equals(HYBRID)
                ? List.of(IndexParameter.integer(
                        BITMAP_LIMIT, 1, 1000, null, "Most different values for which bitmaps are built."))
                : List.of();
    }

    private static Map<String, String> json(FieldSchema field, Map<String, String> given) {
        Map<String, String> checked = new HashMap<>(given);
        String cast = given.get(CAST_TYPE);
        if (cast == null) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "json index must specify cast type: missing parameter[missing_param=json_cast_type]; one of "
                            + CAST_TYPES);
        }
        String upper = cast.toUpperCase(java.util.Locale.ROOT);
        if (!CAST_TYPES.contains(upper)) {
            throw ElanusException.invalid("json_cast_type %s is not supported; supported are %s", cast, CAST_TYPES);
        }
        String function = given.get(CAST_FUNCTION);
        if (function != null && !(function.equals("STRING_TO_DOUBLE") && upper.equals("DOUBLE"))) {
            throw ElanusException.invalid(
                    "json_cast_function %s is not supported for json_cast_type %s; STRING_TO_DOUBLE goes with DOUBLE",
                    function, cast);
        }
        checked.put(CAST_TYPE, upper);
        checked.putIfAbsent(JSON_PATH, field.name());
        ScalarPath.parse(field.name(), checked.get(JSON_PATH));
        return checked;
    }

    /** The path that an index was defined with; null when its field is not JSON. */
    static @Nullable List<Object> path(String field, Map<String, String> parameters) {
        String text = parameters.get(JSON_PATH);
        return text == null ? null : ScalarPath.parse(field, text);
    }

    static ScalarBuilder.Request request(
            FieldSchema field, Column column, String type, Map<String, String> parameters) {
        if (field.type() == DataType.JSON && parameters.get(CAST_TYPE) == null) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "an index of JSON field '" + field.name()
                            + "' without json_cast_type has nothing to build; drop it and create it again with one");
        }
        String limit = parameters.get(BITMAP_LIMIT);
        int bitmaps = limit != null
                ? Integer.parseInt(limit)
                : type.equals(HYBRID) ? DEFAULT_BITMAP_LIMIT : Integer.MAX_VALUE;
        return new ScalarBuilder.Request(
                field, column, type, path(field.name(), parameters), parameters.get(CAST_TYPE), bitmaps);
    }
}
