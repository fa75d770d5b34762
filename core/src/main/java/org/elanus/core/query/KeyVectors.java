package org.elanus.core.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.RowFilter;
import org.jspecify.annotations.Nullable;

/** Puts the vectors of stored rows in the place of the keys that a search names. */
final class KeyVectors {

    /** The most keys that a message lists. */
    private static final int MAX_NAMED = 10;

    private KeyVectors() {}

    /**
     * The same search by vectors.
     *
     * @param wanted the positions of the views in which the rows may be
     * @param executor looks for the rows that the filter requires; others are not there
     * @throws ElanusException INVALID_ARGUMENT naming the keys that are not there
     */
    static SearchRequest resolve(
            CollectionSchema schema,
            SearchRequest request,
            RowSpace space,
            List<Integer> wanted,
            CallGuard guard,
            Executor executor) {
        Column keys = request.keys();
        if (keys == null) {
            return request;
        }
        FieldSchema primaryKey = schema.primaryKey();
        if (keys.type() != primaryKey.type()) {
            throw ElanusException.invalid(
                    "the ids must be of type %s as primary key '%s', not %s",
                    primaryKey.type(), primaryKey.name(), keys.type());
        }
        if (keys.rows() < 1 || keys.rows() > SearchPlan.MAX_WINDOW) {
            throw ElanusException.invalid(
                    "nq (number of ids) [%d] is invalid, it should be in range [1, %d]",
                    keys.rows(), SearchPlan.MAX_WINDOW);
        }
        FieldSchema field = SearchPlan.vectorField(schema, request.field());
        String required = request.filter().required();
        List<@Nullable RowFilter> there = required.isEmpty()
                ? null
                : PassingRows.of(
                        space,
                        wanted,
                        CompiledFilter.compile(Filter.NONE.requiring(required), schema),
                        guard,
                        executor);
        long[] rows = rows(keys, space, wanted, there, guard);
        Column vectors = new Gathering(space, rows, guard).column(field);
        for (int i = 0; i < rows.length; i++) {
            if (vectors.isNull(i)) {
                throw ElanusException.invalid(
                        "the row with the primary key %s has no vector in field '%s'", key(keys, i), field.name());
            }
        }
        return request.withQueries(vectors);
    }

    /** @param there for each wanted view the rows that may be found, null where all may; null for all of all views */
    private static long[] rows(
            Column keys,
            RowSpace space,
            List<Integer> wanted,
            @Nullable List<@Nullable RowFilter> there,
            CallGuard guard) {
        long[] rows = new long[keys.rows()];
        Arrays.fill(rows, -1);
        for (int w = 0; w < wanted.size(); w++) {
            int position = wanted.get(w);
            RowFilter passing = there == null ? null : there.get(w);
            guard.check();
            SegmentView view = space.views().get(position);
            int[] found = view.find(keys);
            for (int i = 0; i < found.length; i++) {
                if (found[i] >= 0 && (passing == null || passing.passes(found[i]))) {
                    long row = RowSpace.number(position, found[i]);
                    if (rows[i] < 0 || space.timestamp(row) > space.timestamp(rows[i])) {
                        rows[i] = row;
                    }
                }
            }
        }
        List<Object> missing = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] < 0 && count++ < MAX_NAMED) {
                missing.add(key(keys, i));
            }
        }
        if (count > 0) {
            throw ElanusException.invalid(
                    "some of the provided primary key IDs do not exist: missing IDs = %s%s",
                    missing, count > MAX_NAMED ? " and " + (count - MAX_NAMED) + " more" : "");
        }
        return rows;
    }

    private static Object key(Column keys, int row) {
        return keys instanceof FixedColumn numbers
                ? (Object) numbers.getLong(row)
                : ((VariableColumn) keys).getString(row);
    }
}
