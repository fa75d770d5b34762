package org.elanus.core.wiring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.Explanation;
import org.elanus.spi.database.Filter;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;

/** {@code GET /explain} on the management port: how a filter finds its rows, as text or JSON. */
final class ExplainRoute {

    static final String PATH = "/explain";

    private static final String TEXT = "text/plain; charset=utf-8";

    private final Supplier<Database> database;

    private ExplainRoute(Supplier<Database> database) {
        this.database = database;
    }

    /** @param database asked on every request */
    static ManagementRoute of(Supplier<Database> database) {
        return new ManagementRoute("GET", PATH, new ExplainRoute(database)::answer);
    }

    private ManagementRoute.Response answer(ManagementRoute.Request request) {
        Map<String, List<String>> query = request.query();
        String collection = first(query, "collection", "");
        if (collection.isEmpty()) {
            return text(400, "name a collection: " + PATH + "?collection=…&filter=…");
        }
        try {
            Explanation explanation = database.get()
                    .explain(
                            CallContext.of(request.caller())
                                    .in(first(query, "database", CallContext.DEFAULT_DATABASE)),
                            new ExplainRequest(
                                    collection,
                                    query.getOrDefault("partition", List.of()),
                                    Filter.of(first(query, "filter", "")),
                                    false,
                                    Consistency.DEFAULT,
                                    first(query, "vector_field", ""),
                                    Integer.parseInt(first(query, "limit", "10"))));
            return first(query, "format", "text").equals("json")
                    ? new ManagementRoute.Response(
                            200,
                            "application/json",
                            json(explanation).toString().getBytes(StandardCharsets.UTF_8))
                    : text(200, explanation.toText());
        } catch (NumberFormatException e) {
            return text(400, "limit is a whole number, not '" + first(query, "limit", "") + "'");
        } catch (ElanusException e) {
            if (e.code().category() == ErrorCategory.INTERNAL) {
                throw e;
            }
            if (e.code() == StandardErrorCode.PERMISSION_DENIED) {
                return text(403, String.valueOf(e.getMessage()));
            }
            return text(e.code().category() == ErrorCategory.USER ? 400 : 503, String.valueOf(e.getMessage()));
        }
    }

    private static String first(Map<String, List<String>> query, String name, String otherwise) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? otherwise : values.getFirst();
    }

    private static ManagementRoute.Response text(int status, String text) {
        return new ManagementRoute.Response(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode json(Explanation explanation) {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("collection", explanation.collection())
                .put("passingRows", explanation.passingRows())
                .put("nanos", explanation.nanos());
        ArrayNode segments = root.putArray("segments");
        for (Explanation.Segment segment : explanation.segments()) {
            ObjectNode node = segments.addObject()
                    .put("id", segment.id())
                    .put("partition", segment.partitionId())
                    .put("sealed", segment.sealed())
                    .put("rows", segment.rows())
                    .put("visibleRows", segment.visibleRows())
                    .put("passingRows", segment.passingRows())
                    .put("nanos", segment.nanos());
            Explanation.Step filter = segment.filter();
            if (filter != null) {
                node.set("filter", json(filter));
            }
            if (!segment.search().isEmpty()) {
                node.put("search", segment.search());
            }
        }
        return root;
    }

    private static ObjectNode json(Explanation.Step step) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("access", step.access())
                .put("condition", step.condition())
                .put("estimatedRows", step.estimatedRows())
                .put("examinedRows", step.examinedRows())
                .put("passingRows", step.passingRows())
                .put("nanos", step.nanos());
        ArrayNode inputs = node.putArray("inputs");
        step.inputs().forEach(input -> inputs.add(json(input)));
        return node;
    }
}
