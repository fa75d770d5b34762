package org.elanus.embedded.simulation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Ways to get the order or the visibility of operations wrong. */
final class BrokenDatabase {

    private BrokenDatabase() {}

    private static UnaryOperator<Database> hooked(
            java.util.function.Function<Database, Map<String, Decorated.Hook>> hooks) {
        return database -> Decorated.with(Database.class, database, hooks.apply(database));
    }

    /** A delete that comes while segments are merged is answered and lost. */
    static UnaryOperator<Database> deletesLostAtMerge() {
        return hooked(database -> {
            AtomicInteger merging = new AtomicInteger();
            return Map.of(
                    "compact",
                    (original, arguments) -> {
                        merging.incrementAndGet();
                        try {
                            return original.call(arguments);
                        } finally {
                            merging.decrementAndGet();
                        }
                    },
                    "delete",
                    (original, arguments) -> {
                        if (merging.get() == 0) {
                            return original.call(arguments);
                        }
                        CallContext context = (CallContext) arguments[0];
                        DeleteRequest request = (DeleteRequest) arguments[1];
                        QueryResult found = database.query(
                                context,
                                new QueryRequest(
                                        request.collection(),
                                        request.partition().isEmpty() ? List.of() : List.of(request.partition()),
                                        request.filter(),
                                        List.of(),
                                        -1,
                                        0,
                                        false,
                                        Consistency.STRONG));
                        Column keys = found.rows().columns().get(found.primaryKey());
                        return new MutationResult(keys, keys.rows(), database.allocateTimestamp(context));
                    });
        });
    }

    /** The delete in an upsert takes the new rows, too, when there were old ones. */
    static UnaryOperator<Database> deleteAfterInsert() {
        return hooked(database -> Map.of("upsert", (original, arguments) -> {
            CallContext context = (CallContext) arguments[0];
            InsertRequest request = (InsertRequest) arguments[1];
            Filter keys = Filter.of(filter(request));
            QueryResult before = database.query(
                    context,
                    new QueryRequest(
                            request.collection(), List.of(), keys, List.of(), -1, 0, false, Consistency.STRONG));
            Object result = original.call(arguments);
            if (before.rows().rows() > 0) {
                database.delete(context, new DeleteRequest(request.collection(), "", keys));
            }
            return result;
        }));
    }

    private static String filter(InsertRequest request) {
        Column keys = request.rows().columns().get("id");
        List<String> literals = new ArrayList<>();
        for (int row = 0; row < keys.rows(); row++) {
            literals.add(
                    keys instanceof FixedColumn fixed
                            ? Long.toString(fixed.getLong(row))
                            : "\"" + ((VariableColumn) keys).getString(row) + "\"");
        }
        return "id in [" + String.join(", ", literals) + "]";
    }

    /** A batch is written in two halves. */
    static UnaryOperator<Database> batchesHalved() {
        return hooked(database -> Map.of("insert", (original, arguments) -> {
            InsertRequest request = (InsertRequest) arguments[1];
            int rows = request.rows().rows();
            if (rows < 2 || request.rows().column("id") == null) {
                return original.call(arguments);
            }
            MutationResult first = (MutationResult) original.call(arguments[0], part(request, 0, rows / 2));
            MutationResult second = (MutationResult) original.call(arguments[0], part(request, rows / 2, rows));
            return new MutationResult(
                    request.rows().columns().get("id"), first.count() + second.count(), second.timestamp());
        }));
    }

    private static InsertRequest part(InsertRequest request, int from, int to) {
        Map<String, Column> columns = new LinkedHashMap<>();
        request.rows().columns().forEach((name, column) -> columns.put(name, part(column, from, to)));
        return new InsertRequest(
                request.collection(),
                request.partition(),
                new ColumnBatch(to - from, columns),
                request.schemaTimestamp());
    }

    private static Column part(Column column, int from, int to) {
        return switch (column) {
            case FixedColumn fixed ->
                new FixedColumn(
                        fixed.type(),
                        to - from,
                        fixed.width(),
                        fixed.data().asSlice((long) from * fixed.width()),
                        null);
            case VariableColumn variable ->
                new VariableColumn(
                        variable.type(), to - from, variable.offsets().asSlice(4L * from), variable.bytes(), null);
        };
    }

    /** The first insert since the last flush is applied once more by the next one. */
    static UnaryOperator<Database> insertsAppliedAgain() {
        return hooked(database -> {
            Map<String, InsertRequest> first = new HashMap<>();
            return Map.of(
                    "insert",
                    (original, arguments) -> {
                        InsertRequest request = (InsertRequest) arguments[1];
                        first.putIfAbsent(request.collection(), request);
                        return original.call(arguments);
                    },
                    "flush",
                    (original, arguments) -> {
                        InsertRequest again = first.remove(arguments[1].toString());
                        if (again != null) {
                            database.insert((CallContext) arguments[0], again);
                        }
                        return original.call(arguments);
                    });
        });
    }

    /** Now and then vectors are read from pages that were never filled. */
    static UnaryOperator<Database> vectorsZeroed() {
        return hooked(database -> {
            AtomicInteger queries = new AtomicInteger();
            return Map.of("query", (original, arguments) -> {
                QueryResult result = (QueryResult) original.call(arguments);
                if (!(result.rows().column("vector") instanceof FixedColumn vectors)
                        || queries.incrementAndGet() % 10 > 0) {
                    return result;
                }
                Map<String, Column> columns = new LinkedHashMap<>(result.rows().columns());
                columns.put(
                        "vector",
                        new FixedColumn(
                                vectors.type(),
                                vectors.rows(),
                                vectors.width(),
                                MemorySegment.ofArray(new byte[vectors.rows() * vectors.width()]),
                                null));
                return new QueryResult(
                        result.primaryKey(),
                        new ColumnBatch(result.rows().rows(), columns),
                        result.outputFields(),
                        result.timestamp());
            });
        });
    }

    /** A Strong read may be answered with what the same read was answered before. */
    static UnaryOperator<Database> strongReadsFromACache() {
        return hooked(database -> {
            Map<Object, Object> answers = new HashMap<>();
            return Map.of("query", (original, arguments) -> {
                Object before = answers.remove(arguments[1]);
                if (before != null) {
                    return before;
                }
                Object answer = original.call(arguments);
                answers.put(arguments[1], answer);
                return answer;
            });
        });
    }

    /** An upsert is answered at once and done before the next write or flush. */
    static UnaryOperator<Database> upsertsAcknowledgedBeforeTheyAreApplied() {
        return hooked(database -> {
            List<InsertRequest> later = new ArrayList<>();
            Decorated.Hook catchUp = (original, arguments) -> {
                while (!later.isEmpty()) {
                    database.upsert((CallContext) arguments[0], later.removeFirst());
                }
                return original.call(arguments);
            };
            return Map.of("insert", catchUp, "delete", catchUp, "flush", catchUp, "upsert", (original, arguments) -> {
                InsertRequest request = (InsertRequest) arguments[1];
                CallContext context = (CallContext) arguments[0];
                database.collection(context, request.collection());
                later.add(request);
                return new MutationResult(
                        request.rows().columns().get("id"), request.rows().rows(), database.allocateTimestamp(context));
            });
        });
    }

    /** What was counted once is the answer until the next flush. */
    static UnaryOperator<Database> countsFromACache() {
        return hooked(database -> {
            Map<Object, Object> counts = new HashMap<>();
            return Map.of(
                    "query",
                    (original, arguments) -> {
                        QueryRequest request = (QueryRequest) arguments[1];
                        if (!request.outputFields().equals(List.of(QueryRequest.COUNT))) {
                            return original.call(arguments);
                        }
                        Object known = counts.get(request);
                        if (known == null) {
                            known = original.call(arguments);
                            counts.put(request, known);
                        }
                        return known;
                    },
                    "flush",
                    (original, arguments) -> {
                        counts.clear();
                        return original.call(arguments);
                    });
        });
    }

    /** A delete in one partition reaches all. */
    static UnaryOperator<Database> deletesInAllPartitions() {
        return hooked(database -> Map.of("delete", (original, arguments) -> {
            DeleteRequest request = (DeleteRequest) arguments[1];
            return original.call(arguments[0], new DeleteRequest(request.collection(), "", request.filter()));
        }));
    }

    /** From the second start on, these methods fail. */
    static UnaryOperator<Database> failingAfterARestart(StandardErrorCode code, String... methods) {
        AtomicInteger starts = new AtomicInteger();
        return database -> {
            if (starts.getAndIncrement() == 0) {
                return database;
            }
            Map<String, Decorated.Hook> hooks = new HashMap<>();
            for (String method : methods) {
                hooks.put(method, (original, arguments) -> {
                    throw new ElanusException(code, method + " never works again");
                });
            }
            return Decorated.with(Database.class, database, hooks);
        };
    }

    /** A search finds only what was flushed. */
    static UnaryOperator<Database> growingRowsNotSearched() {
        return hooked(database -> Map.of("search", (original, arguments) -> {
            SearchRequest request = (SearchRequest) arguments[1];
            SearchRequest sealed = new SearchRequest(
                    request.collection(),
                    request.partitions(),
                    request.field(),
                    request.queries(),
                    request.limit(),
                    request.offset(),
                    request.filter(),
                    request.outputFields(),
                    request.metric(),
                    request.parameters(),
                    request.roundDecimal(),
                    true,
                    request.consistency());
            return original.call(arguments[0], sealed);
        }));
    }
}
