package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.simulation.SimulatedServer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes rows and records what it asked and was told. Its session survives the server's crashes. For one
 * thread at a time.
 */
final class Client {

    private final int number;
    private final History history;
    private final Failures failures;
    private long session;

    Client(int number, History history, Failures failures) {
        this.number = number;
        this.history = history;
        this.failures = failures;
    }

    /** A collection by a name that certainly stood for it a moment ago. */
    record Target(SimulatedServer server, String name, Incarnation incarnation) {
        Shape shape() {
            return incarnation.shape();
        }
    }

    /** Which rows a request means: a range of keys or single ones, a group of versions, a partition. */
    record Selection(@Nullable Set<Object> keys, int from, int to, long group, String partition, String leastText) {

        /** @param leastText narrows a range or a group to rows whose text is not less; empty for all */
        Selection {}

        Selection(@Nullable Set<Object> keys, int from, int to, long group, String partition) {
            this(keys, from, to, group, partition, "");
        }

        static final Selection ALL = new Selection(null, 0, -1, -1, "");

        /** As the filter language says it; never empty. */
        String filter(Shape shape) {
            List<String> parts = new ArrayList<>();
            if (keys != null) {
                parts.add(Shape.KEY + " in "
                        + keys.stream().map(Shape::literal).collect(Collectors.joining(", ", "[", "]")));
            } else if (to >= 0) {
                parts.add(Shape.KEY + " >= " + Shape.literal(shape.key(from)) + " and " + Shape.KEY + " < "
                        + Shape.literal(shape.key(to)));
            }
            if (group >= 0) {
                parts.add(Shape.GROUP + " == " + group);
            }
            if (!leastText.isEmpty()) {
                parts.add(Shape.TEXT + " >= \"" + leastText + "\"");
            }
            if (parts.isEmpty()) {
                parts.add(Shape.KEY + " >= " + (shape.textKeys() ? "\"\"" : "0"));
            }
            return String.join(" and ", parts);
        }

        boolean covers(Shape shape, Object key, long version, String of) {
            return key instanceof String == shape.textKeys()
                    && (keys == null || keys.contains(key))
                    && (keys != null || to < 0 || compare(key, shape.key(from)) >= 0 && compare(key, shape.key(to)) < 0)
                    && (group < 0 || Shape.group(version) == group)
                    && (leastText.isEmpty() || shape.text(key, version).compareTo(leastText) >= 0)
                    && (partition.isEmpty() || named(partition).equals(named(of)));
        }

        private static String named(String partition) {
            return partition.isEmpty() ? "_default" : partition;
        }

        List<String> partitions() {
            return partition.isEmpty() ? List.of() : List.of(partition);
        }
    }

    /** Orders keys as the server does; those of different types, which no one collection has, by their types. */
    static int compare(Object left, Object right) {
        if (left instanceof Long number && right instanceof Long other) {
            return number.compareTo(other);
        }
        return left instanceof String text && right instanceof String other
                ? text.compareTo(other)
                : left instanceof Long ? -1 : 1;
    }

    /** A level of consistency as a request carries it. */
    Consistency level(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> Consistency.BOUNDED;
            case 1 -> Consistency.EVENTUAL;
            case 2, 3 -> new Consistency(Consistency.Level.SESSION, session);
            default -> Consistency.STRONG;
        };
    }

    // ---- writes

    void write(Target target, boolean upsert, String partition, List<Mutation.Row> rows, boolean added) {
        if (added) {
            rows.forEach(row -> history.added(row.version()));
        }
        Mutation mutation =
                history.add(Mutation.write(number, target.name(), history.tick(), millis(target), partition, rows));
        InsertRequest request =
                new InsertRequest(target.name(), partition, target.shape().batch(rows, added), 0);
        mutate(target, mutation, () -> {
            MutationResult result = upsert
                    ? target.server().database().upsert(target.server().context(), request)
                    : target.server().database().insert(target.server().context(), request);
            List<Object> keys = keys(result.keys());
            if (keys.size() != rows.size() || result.count() != rows.size()) {
                history.problem("I1: " + mutation + " was answered with keys " + keys + " and count " + result.count());
            } else if (target.shape().autoId()) {
                mutation.given(keys);
            }
            return result;
        });
    }

    void delete(Target target, Selection selection) {
        boolean byKeys = selection.keys() != null && selection.group() < 0;
        String filter = selection.filter(target.shape());
        String text = "deletes " + filter
                + (selection.partition().isEmpty() ? "" : " in partition '" + selection.partition() + "'");
        Mutation.Removal removal =
                (key, version, partition) -> selection.covers(target.shape(), key, version, partition);
        long start = history.tick();
        Mutation mutation = history.add(
                byKeys
                        ? Mutation.remove(number, target.name(), text, start, millis(target), removal)
                        : Mutation.removeMatching(number, target.name(), text, start, millis(target), removal));
        mutate(target, mutation, () -> {
            MutationResult result = target.server()
                    .database()
                    .delete(
                            target.server().context(),
                            new DeleteRequest(target.name(), selection.partition(), Filter.of(filter)));
            if (!byKeys) {
                mutation.matched(new HashSet<>(keys(result.keys())));
            }
            return result;
        });
    }

    void truncate(Target target) {
        Mutation mutation = history.add(Mutation.remove(
                number, target.name(), "truncates", history.tick(), millis(target), (key, version, partition) -> true));
        mutate(target, mutation, () -> {
            target.server().database().truncate(target.server().context(), target.name());
            return new MutationResult(Columns.longs(), 0, 0);
        });
    }

    @FunctionalInterface
    private interface Write {
        MutationResult call();
    }

    private void mutate(Target target, Mutation mutation, Write write) {
        try {
            MutationResult result = write.call();
            mutation.end(Operation.Result.DONE, history.tick(), millis(target));
            session = Math.max(session, result.timestamp());
        } catch (ElanusException e) {
            Operation.Result result = Failures.resultOf(e);
            mutation.fail(result, String.valueOf(e.getMessage()), history.tick(), millis(target));
            judge(target, mutation, e);
        }
    }

    private static List<Object> keys(Column column) {
        List<Object> keys = new ArrayList<>();
        for (int row = 0; row < column.rows(); row++) {
            keys.add(Shape.keyAt(column, row));
        }
        return keys;
    }

    // ---- reads

    /** Reads the rows of a selection; null when the read failed. */
    @Nullable
    Map<Object, Long> read(Target target, Selection selection, Consistency level) {
        return read(target, selection, level, -1, selection::covers);
    }

    @FunctionalInterface
    private interface Covering {
        boolean covers(Shape shape, Object key, long version, String partition);
    }

    private @Nullable Map<Object, Long> read(
            Target target, Selection selection, Consistency level, long limit, Covering covering) {
        boolean added = target.incarnation().is(Definer.FIELD);
        Observation observation = observe(target, "reads " + selection.filter(target.shape()), selection, level);
        try {
            QueryResult result = target.server()
                    .database()
                    .query(
                            target.server().context(),
                            new QueryRequest(
                                    target.name(),
                                    selection.partitions(),
                                    Filter.of(selection.filter(target.shape())),
                                    Shape.outputFields(added),
                                    limit,
                                    0,
                                    false,
                                    level));
            observation.end(Operation.Result.DONE, history.tick(), millis(target));
            Column keys = Objects.requireNonNull(result.rows().column(result.primaryKey()));
            Map<Object, Long> rows = decode(target, keys, result.rows(), observation);
            Object last = limit < 0 || keys.rows() < limit ? null : Shape.keyAt(keys, keys.rows() - 1);
            observation.saw(
                    rows,
                    (key, version, partition) -> covering.covers(target.shape(), key, version, partition)
                            && (last == null || compare(key, last) <= 0));
            history.add(observation);
            return rows;
        } catch (ElanusException e) {
            failed(target, observation, e);
            return null;
        }
    }

    /** Walks through all rows in pages, by key. */
    void readPages(Target target, int size, Consistency level) {
        Object last = null;
        Set<Object> seen = new HashSet<>();
        boolean added = target.incarnation().is(Definer.FIELD);
        while (true) {
            Object after = last;
            Selection rest = Selection.ALL;
            String filter = after == null ? rest.filter(target.shape()) : Shape.KEY + " > " + Shape.literal(after);
            Observation observation = observe(target, "reads a page of " + size + " rows with " + filter, rest, level);
            try {
                QueryResult result = target.server()
                        .database()
                        .query(
                                target.server().context(),
                                new QueryRequest(
                                        target.name(),
                                        List.of(),
                                        Filter.of(filter),
                                        Shape.outputFields(added),
                                        size,
                                        0,
                                        false,
                                        level));
                observation.end(Operation.Result.DONE, history.tick(), millis(target));
                Column keys = Objects.requireNonNull(result.rows().column(result.primaryKey()));
                Map<Object, Long> rows = decode(target, keys, result.rows(), observation);
                Object end = keys.rows() < size ? null : Shape.keyAt(keys, keys.rows() - 1);
                observation.saw(
                        rows,
                        (key, version, partition) ->
                                (after == null || compare(key, after) > 0) && (end == null || compare(key, end) <= 0));
                history.add(observation);
                for (Object key : rows.keySet()) {
                    if (!seen.add(key)) {
                        history.problem("I11: " + observation + " returned key " + key + ", as an earlier page had");
                    }
                }
                if (end == null) {
                    return;
                }
                last = end;
            } catch (ElanusException e) {
                failed(target, observation, e);
                return;
            }
        }
    }

    void count(Target target, Selection selection, Consistency level) {
        String filter = selection.group() < 0 && selection.to() < 0 && selection.keys() == null
                ? ""
                : selection.filter(target.shape());
        Observation observation = observe(target, "counts the rows of '" + filter + "'", selection, level);
        try {
            QueryResult result = target.server()
                    .database()
                    .query(
                            target.server().context(),
                            new QueryRequest(
                                    target.name(),
                                    selection.partitions(),
                                    Filter.of(filter),
                                    List.of(QueryRequest.COUNT),
                                    -1,
                                    0,
                                    false,
                                    level));
            observation.end(Operation.Result.DONE, history.tick(), millis(target));
            FixedColumn number =
                    (FixedColumn) Objects.requireNonNull(result.rows().column(QueryRequest.COUNT));
            observation.counted(
                    number.getLong(0),
                    (key, version, partition) -> selection.covers(target.shape(), key, version, partition));
            history.add(observation);
        } catch (ElanusException e) {
            failed(target, observation, e);
        }
    }

    /** Asks for the statistics' number of rows. */
    void rowCount(Target target, String partition, Consistency level) {
        Selection selection = new Selection(null, 0, -1, -1, partition);
        Observation observation = observe(target, "asks for the row count", selection, level);
        try {
            long rows = target.server().database().rowCount(target.server().context(), target.name(), partition);
            observation.end(Operation.Result.DONE, history.tick(), millis(target));
            observation.counted(rows, (key, version, of) -> selection.covers(target.shape(), key, version, of));
            history.add(observation);
        } catch (ElanusException e) {
            failed(target, observation, e);
        }
    }

    /** An exact search: what is not among the hits is not nearer than the worst of them. */
    @Nullable
    SearchResult search(Target target, float[] query, int limit, Selection selection, Consistency level) {
        boolean filtered = selection.group() >= 0 || selection.to() >= 0 || selection.keys() != null;
        String filter = filtered ? selection.filter(target.shape()) : "";
        boolean added = target.incarnation().is(Definer.FIELD);
        Observation observation = observe(
                target,
                "searches the " + limit + " nearest to " + Arrays.toString(query) + (filtered ? " with " + filter : ""),
                selection,
                level);
        try {
            SearchResult result = target.server()
                    .database()
                    .search(
                            target.server().context(),
                            new SearchRequest(
                                    target.name(),
                                    selection.partitions(),
                                    Shape.VECTOR,
                                    Columns.floatVectors(Shape.DIMENSION, query),
                                    limit,
                                    0,
                                    Filter.of(filter),
                                    Shape.outputFields(added),
                                    "",
                                    Map.of(),
                                    -1,
                                    false,
                                    level));
            observation.end(Operation.Result.DONE, history.tick(), millis(target));
            Map<Object, Long> rows = decode(target, result.keys(), result.rows(), observation);
            Shape shape = target.shape();
            int hits = result.keys().rows();
            for (int hit = 0; hit < hits; hit++) {
                Object key = Shape.keyAt(result.keys(), hit);
                Long version = rows.get(key);
                if (version != null && shape.score(query, key, version) != result.scores()[hit]) {
                    history.problem("I5: " + observation + " returned key " + key + " with score "
                            + result.scores()[hit] + ", but version " + version + " has "
                            + shape.score(query, key, version));
                }
                if (hit > 0 && shape.nearer(result.scores()[hit], result.scores()[hit - 1])) {
                    history.problem("I10: " + observation + " returned its hits out of order at " + hit);
                }
            }
            float worst = hits == 0 ? 0 : result.scores()[hits - 1];
            observation.saw(
                    rows,
                    (key, version, partition) -> selection.covers(shape, key, version, partition)
                            && (hits < limit
                                    || rows.containsKey(key)
                                    || shape.nearer(shape.score(query, key, version), worst)));
            history.add(observation);
            return result;
        } catch (ElanusException e) {
            failed(target, observation, e);
            return null;
        }
    }

    private Map<Object, Long> decode(
            Target target, Column keys, org.elanus.spi.database.ColumnBatch rows, Observation observation) {
        List<String> problems = new ArrayList<>();
        List<Shape.Seen> answer =
                target.shape().decode(keys, rows, history::hasAdded, observation.toString(), problems);
        if (!problems.isEmpty()) {
            // A collection that took the name meanwhile has rows of its own shape.
            for (Incarnation other :
                    history.names().candidates(observation.collection(), observation.start(), observation.end())) {
                List<String> otherwise = new ArrayList<>();
                List<Shape.Seen> ofOther =
                        other.shape().decode(keys, rows, history::hasAdded, observation.toString(), otherwise);
                if (otherwise.isEmpty()) {
                    problems.clear();
                    answer = ofOther;
                }
            }
        }
        Map<Object, Long> seen = new HashMap<>();
        for (Shape.Seen row : answer) {
            seen.put(row.key(), row.version());
        }
        problems.forEach(history::problem);
        return seen;
    }

    private Observation observe(Target target, String text, Selection selection, Consistency level) {
        return new Observation(
                number,
                target.name(),
                text + (selection.partition().isEmpty() ? "" : " in partition '" + selection.partition() + "'") + " at "
                        + level.level(),
                history.tick(),
                millis(target),
                level.level());
    }

    private void failed(Target target, Observation observation, ElanusException e) {
        observation.fail(Operation.Result.REFUSED, String.valueOf(e.getMessage()), history.tick(), millis(target));
        judge(target, observation, e);
    }

    /** An error is right by the run's faults, and nothing is called missing that certainly is there. */
    private void judge(Target target, Operation operation, ElanusException e) {
        Set<Incarnation> candidates = new LinkedHashSet<>(
                history.names().candidates(operation.collection(), operation.start(), operation.end()));
        String wrong = isOfAnotherCollection(target, candidates, e)
                ? null
                : failures.judge(operation.toString(), e, target.server());
        if (wrong != null) {
            history.problem(wrong);
        }
        Names.Binding binding = history.names().certain(operation.collection());
        if (e.code() == StandardErrorCode.COLLECTION_NOT_FOUND
                && candidates.size() == 1
                && binding != null
                && binding.isCertainSince(operation.start())) {
            history.problem("I1: " + operation + " was told that the collection is missing, but it was created and"
                    + " never dropped");
        }
    }

    /** A collection that took the name meanwhile may lack an added field, or have keys of another type. */
    private static boolean isOfAnotherCollection(Target target, Set<Incarnation> candidates, ElanusException e) {
        if (e.code() == StandardErrorCode.FIELD_NOT_FOUND) {
            return !candidates.equals(Set.of(target.incarnation()));
        }
        return e.code() == StandardErrorCode.INVALID_ARGUMENT
                && candidates.stream()
                        .anyMatch(other ->
                                other.shape().textKeys() != target.shape().textKeys());
    }

    private static long millis(Target target) {
        return target.server().clock().nanos() / 1_000_000;
    }

    int number() {
        return number;
    }
}
