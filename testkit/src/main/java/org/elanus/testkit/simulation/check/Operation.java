package org.elanus.testkit.simulation.check;

import org.jspecify.annotations.Nullable;

/**
 * Something that a client did, with the logical times between which it took place. For the simulated threads of one
 * run, one of which runs at a time.
 */
abstract sealed class Operation permits Mutation, Observation {

    /** What is known of how an operation ended. */
    enum Result {
        /** It did all that it says. */
        DONE,
        /** It changed nothing. */
        REFUSED,
        /** It was cut off, or failed in a way that leaves open what it did: all, nothing, or some shards' share. */
        UNKNOWN
    }

    static final long NEVER = Long.MAX_VALUE;

    private final int client;
    private final String collection;
    private final String text;
    private final long start;
    private final long startMillis;
    private long end = NEVER;
    private long endMillis = NEVER;
    private Result result = Result.UNKNOWN;
    private @Nullable String failure;

    Operation(int client, String collection, String text, long start, long startMillis) {
        this.client = client;
        this.collection = collection;
        this.text = text;
        this.start = start;
        this.startMillis = startMillis;
    }

    void end(Result how, long at, long atMillis) {
        result = how;
        if (how != Result.UNKNOWN) {
            end = at;
            endMillis = atMillis;
        }
    }

    void fail(Result how, String why, long at, long atMillis) {
        end(how, at, atMillis);
        failure = why;
    }

    /** From this time on, what it may have done is done or never will be: the server has recovered. */
    void settle(long at) {
        if (result == Result.UNKNOWN && end == NEVER) {
            end = at;
        }
    }

    int client() {
        return client;
    }

    /** What the client does, as in "reads id >= 0 at STRONG". */
    String text() {
        return text;
    }

    /** The name that it called the collection by. */
    String collection() {
        return collection;
    }

    long start() {
        return start;
    }

    long startMillis() {
        return startMillis;
    }

    long end() {
        return end;
    }

    long endMillis() {
        return endMillis;
    }

    Result result() {
        return result;
    }

    @Override
    public String toString() {
        String how = switch (result) {
            case DONE -> "done";
            case REFUSED -> "refused";
            case UNKNOWN -> "outcome unknown";
        };
        return "client " + client + " " + text + " in '" + collection + "' (" + start + ".." + (end == NEVER ? "" : end)
                + ", " + how + (failure == null ? "" : ": " + failure) + ")";
    }
}
