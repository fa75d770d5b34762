package org.elanus.testkit.simulation.check;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.Consistency;
import org.jspecify.annotations.Nullable;

/**
 * Holds a history against the invariants. It knows nothing of how the server works, only what its clients asked and were
 * told: every key of every life of a collection is a {@link KeyRegister}; beside that, a batch is whole or absent in each
 * shard (I12), a count is one that the registers allow (I9), and no answer holds what nobody wrote (I3).
 */
final class Checker {

    /** More would not help anybody. */
    private static final int MOST_VIOLATIONS = 20;

    /** A version as it was written. @param key null while nobody knows it */
    private record Written(@Nullable Object key, Mutation by, Set<Incarnation> candidates) {}

    private final History history;
    private final Map<Long, Written> written = new HashMap<>();
    private final Map<Incarnation, Map<Object, KeyRegister>> registers = new LinkedHashMap<>();
    private final Set<Incarnation> prepared = new LinkedHashSet<>();
    private final Set<String> violations = new LinkedHashSet<>();

    private Checker(History history) {
        this.history = history;
    }

    /** What is wrong, one sentence each; empty when all is well. */
    static List<String> check(History history) {
        return new Checker(history).run();
    }

    private List<String> run() {
        violations.addAll(history.problems());
        history.mutations().forEach(this::register);
        Map<Observation, Incarnation> read = new LinkedHashMap<>();
        for (Observation observation : history.observations()) {
            Set<Incarnation> candidates = candidates(observation);
            checkOrigin(observation, candidates);
            if (candidates.size() == 1) {
                read.put(observation, candidates.iterator().next());
            }
        }
        history.mutations().forEach(this::addChanges);
        registers.forEach(this::prepare);
        read.forEach(this::addReads);
        registers.forEach((incarnation, keys) -> keys.values().forEach(key -> violations.addAll(key.check())));
        read.forEach(this::checkBatches);
        read.forEach(this::checkCount);
        return violations.stream().limit(MOST_VIOLATIONS).toList();
    }

    private Set<Incarnation> candidates(Operation operation) {
        return history.names().candidates(operation.collection(), operation.start(), operation.end());
    }

    private void register(Mutation mutation) {
        Set<Incarnation> candidates = candidates(mutation);
        Map<Long, Object> keys = new HashMap<>();
        mutation.versions().forEach((key, version) -> keys.put(version, key));
        for (Mutation.Row row : mutation.rows()) {
            written.put(row.version(), new Written(keys.get(row.version()), mutation, candidates));
        }
    }

    /** Every row was written, under this key, into this life of the collection, and not refused (I3). */
    private void checkOrigin(Observation observation, Set<Incarnation> candidates) {
        observation.rows().forEach((key, version) -> {
            Written origin = written.get(version);
            if (origin == null) {
                violations.add("I3: " + observation + " returned key " + key + " with version " + version
                        + ", which nobody ever wrote");
                return;
            }
            if (origin.key() == null) {
                if (origin.by().rows().stream().anyMatch(row -> row.version() == version && row.key() == null)
                        && origin.by().result() == Operation.Result.UNKNOWN) {
                    Long other = origin.by().found(key, version);
                    written.put(version, new Written(key, origin.by(), origin.candidates()));
                    if (other != null && other != version) {
                        violations.add("I4: " + observation + " returned versions " + other + " and " + version
                                + " under the key " + key + " that the server gave only once");
                    }
                } else {
                    violations.add("I4: " + observation + " returned key " + key + " with version " + version
                            + ", which a later row of the same batch replaced: " + origin.by());
                }
            } else if (!origin.key().equals(key)) {
                violations.add("I5: " + observation + " returned version " + version + " under key " + key
                        + ", but it was written under key " + origin.key() + " by " + origin.by());
            }
            if (origin.by().result() == Operation.Result.REFUSED) {
                violations.add("I3: " + observation + " returned key " + key + " with version " + version
                        + ", whose write was refused: " + origin.by());
            }
            if (!candidates.isEmpty() && origin.candidates().stream().noneMatch(candidates::contains)) {
                violations.add("I2: " + observation + " returned key " + key + " with version " + version
                        + " of a former life of the collection, written by " + origin.by() + " into "
                        + origin.candidates() + ", not into " + candidates);
            }
        });
    }

    private Map<Object, KeyRegister> keysOf(Incarnation incarnation) {
        return registers.computeIfAbsent(incarnation, any -> new LinkedHashMap<>());
    }

    private KeyRegister keyOf(Incarnation incarnation, Object key) {
        return keysOf(incarnation).computeIfAbsent(key, any -> new KeyRegister(key, incarnation.toString()));
    }

    private void addChanges(Mutation mutation) {
        if (mutation.result() == Operation.Result.REFUSED) {
            return;
        }
        Set<Incarnation> candidates = candidates(mutation);
        boolean certain = mutation.result() == Operation.Result.DONE && candidates.size() == 1;
        for (Incarnation incarnation : candidates) {
            mutation.versions()
                    .forEach((key, version) -> keyOf(incarnation, key).add(KeyEvent.write(certain, version, mutation)));
        }
    }

    /** Removals and reads concern every key that there is, so they come once all keys are known. */
    private void addRemovals(Incarnation incarnation, Map<Object, KeyRegister> keys) {
        for (Mutation mutation : history.mutations()) {
            Mutation.Removal removal = mutation.removal();
            if (removal == null || mutation.result() == Operation.Result.REFUSED) {
                continue;
            }
            Set<Incarnation> candidates = candidates(mutation);
            if (!candidates.contains(incarnation)) {
                continue;
            }
            boolean certain = mutation.result() == Operation.Result.DONE && candidates.size() == 1;
            Set<Object> removed = mutation.removed();
            keys.forEach((key, register) -> {
                if (mutation.matches() && certain && removed != null && !removed.contains(key)) {
                    // It found nothing to remove under this key.
                    register.add(KeyEvent.read(
                            version -> version == 0 || !takes(removal, key, version),
                            0,
                            Consistency.Level.STRONG,
                            mutation));
                } else {
                    register.add(KeyEvent.remove(certain, version -> takes(removal, key, version), mutation));
                }
            });
        }
    }

    private boolean takes(Mutation.Removal removal, Object key, long version) {
        Written origin = written.get(version);
        return origin != null && removal.takes(key, version, origin.by().partition());
    }

    /** Whether it takes a version of the key: the one asked about, or one that came over it. */
    private boolean takesAny(Mutation.Removal removal, Incarnation incarnation, Object key) {
        for (long version : keyOf(incarnation, key).versions()) {
            if (takes(removal, key, version)) {
                return true;
            }
        }
        return false;
    }

    private boolean covers(Observation observation, Object key, long version) {
        Written origin = written.get(version);
        return origin != null
                && observation.scope().covers(key, version, origin.by().partition());
    }

    private void addReads(Observation observation, Incarnation incarnation) {
        Map<Object, KeyRegister> keys = keysOf(incarnation);
        prepare(incarnation, keys);
        if (observation.count() >= 0) {
            return;
        }
        keys.forEach((key, register) -> {
            Long seen = observation.rows().get(key);
            if (seen != null) {
                register.add(KeyEvent.read(
                        version -> version == seen && covers(observation, key, version),
                        seen,
                        observation.level(),
                        observation));
            } else if (coversAny(observation, key, register)) {
                register.add(KeyEvent.read(
                        version -> version == 0 || !covers(observation, key, version),
                        0,
                        observation.level(),
                        observation));
            }
        });
    }

    private void prepare(Incarnation incarnation, Map<Object, KeyRegister> keys) {
        if (prepared.add(incarnation)) {
            addRemovals(incarnation, keys);
        }
    }

    private boolean coversAny(Observation observation, Object key, KeyRegister register) {
        for (long version : register.versions()) {
            if (covers(observation, key, version)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Of the rows of one batch that belong to one shard and partition, a read sees all that nothing has replaced or
     * removed, or none (I12).
     */
    private void checkBatches(Observation observation, Incarnation incarnation) {
        if (observation.count() >= 0) {
            return;
        }
        Set<Mutation> batches = new LinkedHashSet<>();
        observation.rows().forEach((key, version) -> {
            Written origin = written.get(version);
            if (origin != null && origin.by().rows().size() > 1) {
                batches.add(origin.by());
            }
        });
        for (Mutation batch : batches) {
            batch.versions().forEach((key, version) -> {
                if (!Long.valueOf(version).equals(observation.rows().get(key))) {
                    return;
                }
                int shard = incarnation.shape().shardOf(key);
                batch.versions().forEach((other, otherVersion) -> {
                    if (incarnation.shape().shardOf(other) == shard
                            && covers(observation, other, otherVersion)
                            && isMissing(observation, incarnation, batch, other, otherVersion)) {
                        Long instead = observation.rows().get(other);
                        violations.add("I12: " + observation + " returned key " + key + " with version " + version
                                + " of a batch, but of the same batch and shard not key " + other + " with version "
                                + otherVersion
                                + (instead == null
                                        ? ", which nothing had removed"
                                        : " but the older version " + instead)
                                + "; the batch: " + batch);
                    }
                });
            });
        }
    }

    private boolean isMissing(
            Observation observation, Incarnation incarnation, Mutation batch, Object key, long version) {
        Long instead = observation.rows().get(key);
        if (instead != null) {
            Written origin = written.get(instead);
            return instead != version && origin != null && origin.by().end() < batch.start();
        }
        for (Mutation mutation : history.mutations()) {
            if (mutation == batch
                    || mutation.result() == Operation.Result.REFUSED
                    || mutation.start() > observation.end()
                    || mutation.end() <= batch.start()) {
                continue;
            }
            Long later = mutation.versions().get(key);
            Mutation.Removal removal = mutation.removal();
            if ((removal != null && takesAny(removal, incarnation, key)) || (later != null && !covers(observation, key, later))) {
                return false;
            }
        }
        return true;
    }

    /** A count is between the rows that were certainly live and those that can have been (I9). */
    private void checkCount(Observation observation, Incarnation incarnation) {
        if (observation.count() < 0) {
            return;
        }
        Map<Object, KeyRegister> keys = keysOf(incarnation);
        prepare(incarnation, keys);
        long least = 0;
        long most = 0;
        for (Map.Entry<Object, KeyRegister> entry : keys.entrySet()) {
            Object key = entry.getKey();
            KeyEvent read = KeyEvent.read(version -> true, 0, observation.level(), observation);
            if (entry.getValue().canBePresent(read, version -> covers(observation, key, version))) {
                most++;
                if (!entry.getValue().canBeUncounted(read, version -> covers(observation, key, version))) {
                    least++;
                }
            }
        }
        long unknownKeys = written.values().stream()
                .filter(row -> row.key() == null
                        && row.by().result() == Operation.Result.UNKNOWN
                        && row.candidates().contains(incarnation))
                .count();
        if (observation.count() < least || observation.count() > most + unknownKeys) {
            violations.add("I9: " + observation + " returned " + observation.count() + " rows, but "
                    + (least == most ? least + "" : "between " + least + " and " + (most + unknownKeys))
                    + " can have been live");
        }
    }
}
