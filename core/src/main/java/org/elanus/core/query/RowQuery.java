package org.elanus.core.query;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/**
 * A query by filter that was checked.
 *
 * @param output null when rows are counted
 * @param limit rows, {@link #ALL} for all
 */
record RowQuery(CompiledFilter filter, @Nullable OutputFields output, int limit, int offset) {

    /** The most rows of a query without limit. */
    static final int MAX_ROWS = 1_000_000;

    private static final int ALL = -1;

    static RowQuery of(CollectionSchema schema, QueryRequest request) {
        boolean counts = request.outputFields().stream().anyMatch(RowQuery::isCount);
        long limit = request.limit();
        if (counts) {
            if (request.outputFields().size() > 1) {
                throw ElanusException.invalid(
                        "%s must stand alone in the output fields, not with %s",
                        QueryRequest.COUNT, request.outputFields());
            }
            if (limit != ALL || request.offset() != 0) {
                throw ElanusException.invalid(
                        "count entities with pagination is not allowed; leave limit and offset out");
            }
            return new RowQuery(CompiledFilter.compile(request.filter(), schema), null, ALL, 0);
        }
        if (limit == ALL) {
            if (request.filter().isEmpty()) {
                throw ElanusException.invalid("empty expression should be used with limit");
            }
            if (request.offset() != 0) {
                throw ElanusException.invalid("offset [%d] needs a limit beside it", request.offset());
            }
        } else if (limit < 1
                || request.offset() < 0
                || request.offset() > SearchPlan.MAX_WINDOW
                || limit > SearchPlan.MAX_WINDOW - request.offset()) {
            throw ElanusException.invalid(
                    "invalid max query result window, limit must be at least 1, offset at least 0, and (offset+limit) "
                            + "in range [1, %d], but got limit %d and offset %d",
                    SearchPlan.MAX_WINDOW, limit, request.offset());
        }
        return new RowQuery(
                CompiledFilter.compile(request.filter(), schema),
                OutputFields.of(schema, request.outputFields(), true),
                (int) limit,
                (int) request.offset());
    }

    private static boolean isCount(String name) {
        return name.strip().equalsIgnoreCase(QueryRequest.COUNT);
    }

    List<String> names() {
        return output == null ? List.of(QueryRequest.COUNT) : output.names();
    }

    /** @param wanted the positions of the views to read */
    ColumnBatch run(RowSpace space, List<Integer> wanted, CallGuard guard, Executor executor) {
        List<@Nullable RowFilter> passing = PassingRows.of(space, wanted, filter, guard, executor);
        long count = 0;
        for (int i = 0; i < wanted.size(); i++) {
            count += PassingRows.count(space.views().get(wanted.get(i)), passing.get(i));
        }
        if (output == null) {
            return new ColumnBatch(1, Map.of(QueryRequest.COUNT, Columns.longs(count)));
        }
        if (limit == ALL && count > MAX_ROWS) {
            throw new ElanusException(
                    StandardErrorCode.ARGUMENT_TOO_LARGE,
                    "%d rows pass the filter, more than %d; give a limit or page by primary key"
                            .formatted(count, MAX_ROWS));
        }
        return output.fetch(space, rows(space, wanted, passing, guard), guard);
    }

    private long[] rows(RowSpace space, List<Integer> wanted, List<@Nullable RowFilter> passing, CallGuard guard) {
        int keep = limit == ALL ? Integer.MAX_VALUE : limit + offset;
        KeyOrder order = new KeyOrder(space, keep, guard);
        for (int i = 0; i < wanted.size(); i++) {
            order.add(wanted.get(i), passing.get(i));
        }
        long[] rows = order.sorted();
        return Arrays.copyOfRange(rows, Math.min(offset, rows.length), rows.length);
    }
}
