package org.elanus.core.query;

import java.util.List;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.core.segment.SegmentIndex;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** Runs a filter segment by segment and tells how. For one thread. */
final class FilterExplainer {

    private final CompiledFilter filter;
    private final @Nullable VectorTarget target;
    private final CallGuard guard;
    private final Clock clock;

    /** A search that would follow. */
    private record VectorTarget(FieldSchema field, MetricType metric, int limit) {}

    FilterExplainer(CollectionEntry collection, ExplainRequest request, CallGuard guard, Clock clock) {
        filter = CompiledFilter.compile(request.filter(), collection.info().schema());
        target = target(collection, request);
        this.guard = guard;
        this.clock = clock;
    }

    CompiledFilter filter() {
        return filter;
    }

    private static @Nullable VectorTarget target(CollectionEntry collection, ExplainRequest request) {
        if (request.vectorField().isEmpty()) {
            return null;
        }
        SearchPlan.checkWindow(request.limit(), 0);
        FieldSchema field = SearchPlan.vectorField(collection.info().schema(), request.vectorField());
        IndexDefinition index = collection
                .indexOfField(field.name())
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.INDEX_NOT_FOUND,
                        "index not found[field=" + field.name() + "]; create one before searching"));
        return new VectorTarget(field, MetricType.parse(index.spec().metric()), request.limit());
    }

    Explanation.Segment explain(SegmentView view) {
        guard.check();
        long began = clock.nanos();
        RowFilter visible = view.visible();
        int visibleRows = visible == null ? view.rows() : visible.cardinality();
        Explanation.Step step = null;
        int passing = visibleRows;
        if (!filter.isAlwaysTrue()) {
            long[] words = new long[view.rows() + 63 >>> 6];
            step = filter.isAlwaysFalse()
                    ? new Explanation.Step("false", "nothing can pass", 0, 0, 0, 0, List.of())
                    : decide(view, words, visibleRows);
            passing = PassingRows.cardinality(words);
        }
        return new Explanation.Segment(
                view.segmentId(),
                view.partitionId(),
                view.sealed(),
                view.rows(),
                visibleRows,
                passing,
                clock.nanos() - began,
                step,
                search(view, passing));
    }

    private Explanation.Step decide(SegmentView view, long[] words, int visibleRows) {
        long began = clock.nanos();
        if (!PassingRows.begin(view, filter, words)) {
            return filter.explain(view, words, guard::check, clock);
        }
        Column keys = java.util.Objects.requireNonNull(filter.primaryKeys());
        int found = PassingRows.cardinality(words);
        Explanation.Step lookUp = new Explanation.Step(
                "primary key is one of " + keys.rows(),
                "keys",
                keys.rows(),
                visibleRows,
                found,
                clock.nanos() - began,
                List.of());
        if (filter.isPrimaryKeysOnly()) {
            return lookUp;
        }
        Explanation.Step rest = filter.explain(view, words, guard::check, clock);
        return new Explanation.Step(
                "",
                "all of",
                Math.min(lookUp.estimatedRows(), rest.estimatedRows()),
                visibleRows,
                rest.passingRows(),
                clock.nanos() - began,
                List.of(lookUp, rest));
    }

    private String search(SegmentView view, int passing) {
        VectorTarget wanted = target;
        if (wanted == null) {
            return "";
        }
        if (passing == 0) {
            return "nothing to search";
        }
        SegmentIndex index = view.index(wanted.field().name());
        return index != null && VectorSearch.asksIndex(index, wanted.metric(), passing, wanted.limit())
                ? "index " + index.type() + " over '" + wanted.field().name() + "' under " + passing + " rows"
                : "exact scan of " + passing + " rows" + (index == null ? ", there is no index" : ", few enough");
    }
}
