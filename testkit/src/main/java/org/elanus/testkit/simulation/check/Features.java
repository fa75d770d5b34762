package org.elanus.testkit.simulation.check;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What one seed's workload does. Every seed switches features on and off and weighs the others anew, because a workload
 * that always does everything never does any one thing undisturbed.
 *
 * @param clients that work at once
 * @param steps of each client, each time the server came up
 * @param collections names in use
 * @param keys different keys in each collection
 * @param largestBatch rows of a mutation
 * @param pause milliseconds that a client sometimes waits between two steps, so that background work becomes due; 0: never
 * @param weights how often each action is chosen; none for those that are off
 */
record Features(
        int clients,
        int steps,
        int collections,
        int keys,
        int largestBatch,
        long pause,
        boolean partitions,
        boolean autoIds,
        boolean textKeys,
        int mostShards,
        Map<Action, Integer> weights) {

    /** A step of a client. */
    enum Action {
        INSERT(12, false),
        UPSERT(12, false),
        DELETE_KEYS(6, false),
        DELETE_MATCHING(3, true),
        GET(5, false),
        SCAN(6, false),
        PAGES(3, true),
        COUNT(3, true),
        SEARCH(5, true),
        FLUSH(4, true),
        COMPACT(3, true),
        BACKGROUND(2, true),
        RELEASE(1, true),
        TRUNCATE(1, true),
        RECREATE(2, true),
        PARTITION(2, true),
        FIELD(1, true),
        INDEX(3, true),
        ALIAS(2, true),
        RENAME(1, true),
        PAUSE(1, true);

        private final int usual;
        private final boolean optional;

        Action(int usual, boolean optional) {
            this.usual = usual;
            this.optional = optional;
        }
    }

    static Features of(RandomGenerator random) {
        Map<Action, Integer> weights = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            if (!action.optional || random.nextInt(10) < 6) {
                weights.put(action, action.usual * (1 + random.nextInt(4)));
            }
        }
        boolean partitions = random.nextInt(3) == 0;
        if (!partitions) {
            weights.remove(Action.PARTITION);
        }
        return new Features(
                1 + random.nextInt(4),
                8 + random.nextInt(24),
                random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1,
                4 + random.nextInt(12),
                2 + random.nextInt(8),
                random.nextInt(3) == 0 ? 1 + random.nextInt(20_000) : 0,
                partitions,
                random.nextInt(6) == 0,
                random.nextInt(3) == 0,
                1 + random.nextInt(4),
                Map.copyOf(weights));
    }

    /** Chooses an action by weight. */
    Action choose(RandomGenerator random) {
        int total = 0;
        for (Action action : Action.values()) {
            total += weights.getOrDefault(action, 0);
        }
        int at = random.nextInt(total);
        for (Action action : Action.values()) {
            at -= weights.getOrDefault(action, 0);
            if (at < 0) {
                return action;
            }
        }
        throw new AssertionError(total);
    }
}
