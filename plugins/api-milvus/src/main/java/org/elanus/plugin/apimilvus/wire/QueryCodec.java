package org.elanus.plugin.apimilvus.wire;

import java.util.List;
import java.util.Map;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.error.ElanusException;

/** Requests of queries. */
public final class QueryCodec {

    private static final long MOST_ROWS = 16_384;

    private static final List<String> ORDERINGS = List.of("order_by_fields", "order_by");

    private QueryCodec() {}

    public static QueryRequest decode(org.elanus.milvus.proto.QueryRequest request) {
        Map<String, String> options = KeyValues.toMap(request.getQueryParamsList());
        if (!options.getOrDefault("group_by_fields", "").isEmpty()) {
            throw SearchParameters.unsupported("group_by_fields: grouping rows is not supported");
        }
        for (String option : ORDERINGS) {
            if (!options.getOrDefault(option, "").isEmpty()) {
                throw SearchParameters.unsupported(option + ": ordering rows by fields is not supported");
            }
        }
        long limit = -1;
        long offset = 0;
        String text = options.getOrDefault("limit", "");
        if (!text.isEmpty()) { // an offset means something with a limit only
            limit = KeyValues.wholeNumber("limit", text);
            String from = options.getOrDefault("offset", "");
            offset = from.isEmpty() ? 0 : KeyValues.wholeNumber("offset", from);
            if (limit == -1 && offset == 0) {
                limit = -1; // some clients write "no limit" so
            } else if (limit < 1 || limit > MOST_ROWS) {
                throw ElanusException.invalid("limit [%d] is invalid, it should be in range [1, %d]", limit, MOST_ROWS);
            } else if (offset < 0 || limit + offset > MOST_ROWS) {
                throw ElanusException.invalid(
                        "offset [%d] is invalid: offset+limit should be in range [1, %d]", offset, MOST_ROWS);
            }
        }
        return new QueryRequest(
                request.getCollectionName(),
                request.getPartitionNamesList(),
                Templates.filter(request.getExpr(), request.getExprTemplateValuesMap()),
                request.getOutputFieldsList(),
                limit,
                offset,
                KeyValues.truth("ignore_growing", options.getOrDefault("ignore_growing", "")),
                ConsistencyCodec.ofRead(
                        request.getUseDefaultConsistency(),
                        request.getConsistencyLevel(),
                        request.getGuaranteeTimestamp()));
    }
}
