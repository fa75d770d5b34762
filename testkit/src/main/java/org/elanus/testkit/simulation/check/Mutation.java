package org.elanus.testkit.simulation.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An operation that writes rows of one collection or removes some. */
final class Mutation extends Operation {

    /** A row to write. @param key null while the server has not given it */
    record Row(@Nullable Object key, long version) {}

    /** Which versions of a key a removal takes away. */
    @FunctionalInterface
    interface Removal {
        boolean takes(Object key, long version, String partition);
    }

    private final String partition;
    private final List<Row> rows;
    private final Map<Object, Long> keyed = new HashMap<>();
    private final @Nullable Removal removal;
    private @Nullable Set<Object> removed;
    private final boolean matches;

    private Mutation(
            int client,
            String collection,
            String text,
            long start,
            long startMillis,
            String partition,
            List<Row> rows,
            @Nullable Removal removal,
            boolean matches) {
        super(client, collection, text, start, startMillis);
        this.partition = partition;
        this.rows = List.copyOf(rows);
        this.removal = removal;
        this.matches = matches;
        for (Row row : rows) {
            if (row.key() != null) {
                keyed.put(row.key(), row.version());
            }
        }
    }

    /** Rows are written; of equal keys the last counts. */
    static Mutation write(
            int client, String collection, long start, long startMillis, String partition, List<Row> rows) {
        return new Mutation(
                client,
                collection,
                "writes " + rows + (partition.isEmpty() ? "" : " into partition '" + partition + "'"),
                start,
                startMillis,
                partition,
                rows,
                null,
                false);
    }

    /** What the removal takes goes, wherever it is. */
    static Mutation remove(int client, String collection, String text, long start, long startMillis, Removal removal) {
        return new Mutation(client, collection, text, start, startMillis, "", List.of(), removal, false);
    }

    /** What matched at one moment is removed; {@link #matched} then says what that was. */
    static Mutation removeMatching(
            int client, String collection, String text, long start, long startMillis, Removal removal) {
        return new Mutation(client, collection, text, start, startMillis, "", List.of(), removal, true);
    }

    /** The server's answer: the keys that it gave, in the order of the rows. */
    void given(List<Object> keys) {
        for (int i = 0; i < rows.size(); i++) {
            keyed.put(keys.get(i), rows.get(i).version());
        }
    }

    /** A row without known key was seen under this one. @return the version known before under the key, or null */
    @Nullable
    Long found(Object key, long version) {
        return keyed.putIfAbsent(key, version);
    }

    /** The server's answer: the keys whose rows matched. */
    void matched(Set<Object> keys) {
        removed = new HashSet<>(keys);
    }

    String partition() {
        return partition;
    }

    List<Row> rows() {
        return rows;
    }

    /** Versions by key; a row that another of the same batch hides is not among them. */
    Map<Object, Long> versions() {
        return keyed;
    }

    @Nullable
    Removal removal() {
        return removal;
    }

    /** Whether it first looks for what matches. */
    boolean matches() {
        return matches;
    }

    /** The keys that a removal by filter has named; null when it is not known. */
    @Nullable
    Set<Object> removed() {
        return removed;
    }
}
