package org.elanus.core.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexParameter;

/**
 * Index types over scalar fields that clients may define and that nothing is built for: filters read the column. NGRAM
 * over texts, RTREE over shapes, and everything over moments.
 */
final class ScannedIndexes {

    private static final String NGRAM = "NGRAM";
    private static final String RTREE = "RTREE";
    private static final String MIN = "min_gram";
    private static final String MAX = "max_gram";

    private static final List<IndexParameter> OF_NGRAM = List.of(
            IndexParameter.integer(MIN, 1, 1024, null, "Fewest characters of a piece."),
            IndexParameter.integer(MAX, 1, 1024, null, "Most characters of a piece."),
            IndexParameter.text("json_path", List.of(), null, "Path to a value in a JSON field."),
            IndexParameter.text("json_cast_type", List.of("VARCHAR"), null, "Type of the path's values."));

    private ScannedIndexes() {}

    /** Whether an index of a type over a field is one of these. */
    static boolean covers(FieldSchema field, String type) {
        return field.type() == DataType.GEOMETRY
                || field.type() == DataType.TIMESTAMPTZ
                || type.equals(NGRAM)
                || type.equals(RTREE);
    }

    static ResolvedIndex resolve(FieldSchema field, String type, Map<String, String> parameters) {
        boolean automatic = type.isEmpty() || type.equals(IndexSpec.AUTOINDEX);
        List<String> fitting = fitting(field);
        if (!automatic && !fitting.contains(type)) {
            throw fitting.contains(NGRAM) || type.equals(NGRAM) || type.equals(RTREE)
                    ? ElanusException.invalid(
                            "index type %s does not support field '%s' of type %s",
                            type, field.name(), field.type())
                    : IndexTypes.unknown(type, new ArrayList<>(fitting));
        }
        Map<String, String> checked =
                IndexParameters.check(type, type.equals(NGRAM) ? OF_NGRAM : List.of(), parameters);
        if (type.equals(NGRAM)) {
            if (!checked.containsKey(MIN) || !checked.containsKey(MAX)) {
                throw new ElanusException(
                        StandardErrorCode.INVALID_ARGUMENT, "an NGRAM index needs both min_gram and max_gram");
            }
            if (Integer.parseInt(checked.get(MIN)) > Integer.parseInt(checked.get(MAX))) {
                throw ElanusException.invalid(
                        "min_gram (%s) must not be larger than max_gram (%s)", checked.get(MIN), checked.get(MAX));
            }
        }
        return new ResolvedIndex(FlatIndexType.NAME, null, checked);
    }

    private static List<String> fitting(FieldSchema field) {
        return switch (field.type()) {
            case GEOMETRY -> List.of(RTREE);
            case TIMESTAMPTZ -> List.of("STL_SORT", "INVERTED");
            case VARCHAR, JSON -> List.of(NGRAM);
            default -> List.of();
        };
    }
}
