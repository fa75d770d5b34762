package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a collection may hold, given what was acknowledged and what was under way when the process died. A key has one
 * writer at a time, and a writer stops at the first operation whose outcome it does not know.
 */
final class KillModel {

    /** No row. */
    static final long ABSENT = 0;

    static final int DIMENSION = 16;

    /** An operation whose outcome is unknown: the state that it wanted for each key. */
    private record Unknown(Map<Long, Long> wanted) {}

    private final String collection;
    private final boolean oneShard;

    /** The states that each key may be in: versions, or {@link #ABSENT}. */
    private final Map<Long, Set<Long>> allowed = new ConcurrentHashMap<>();

    private final List<Unknown> unknown = new ArrayList<>();

    KillModel(String collection, boolean oneShard) {
        this.collection = collection;
        this.oneShard = oneShard;
    }

    String collection() {
        return collection;
    }

    void acknowledged(Map<Long, Long> wanted) {
        wanted.forEach((key, state) -> allowed.put(key, Set.of(state)));
    }

    void unknown(Map<Long, Long> wanted) {
        Map<Long, Long> changes = new HashMap<>();
        wanted.forEach((key, state) -> {
            Set<Long> before = allowed.getOrDefault(key, Set.of(ABSENT));
            if (before.size() == 1 && !before.contains(state)) {
                changes.put(key, state);
            }
            Set<Long> states = new HashSet<>(before);
            states.add(state);
            allowed.put(key, states);
        });
        synchronized (unknown) {
            unknown.add(new Unknown(changes));
        }
    }

    /** Compares with what is there, which is certain from now on. */
    void verify(Map<Long, Long> found, String context) {
        assertThat(allowed.keySet())
                .as("%s: rows that nobody wrote to '%s'", context, collection)
                .containsAll(found.keySet());
        allowed.forEach((key, states) -> assertThat(states)
                .as(
                        "%s: '%s', key %d is in state %d (0 is absent)",
                        context, collection, key, found.getOrDefault(key, ABSENT))
                .contains(found.getOrDefault(key, ABSENT)));
        synchronized (unknown) {
            for (Unknown operation : unknown) {
                long done = operation.wanted.entrySet().stream()
                        .filter(entry ->
                                found.getOrDefault(entry.getKey(), ABSENT).equals(entry.getValue()))
                        .count();
                if (oneShard) {
                    assertThat(done)
                            .as("%s: '%s' has a part of %s", context, collection, operation.wanted)
                            .isIn(0L, (long) operation.wanted.size());
                }
            }
            unknown.clear();
        }
        allowed.replaceAll((key, states) -> Set.of(found.getOrDefault(key, ABSENT)));
    }

    static String text(long key, long version) {
        return "row " + key + " as of version " + version;
    }

    static float[] vector(long key, long version) {
        SplittableRandom random = new SplittableRandom(key * 0x9e3779b97f4a7c15L + version);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextDouble() - 0.5f;
        }
        return vector;
    }
}
