package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.simulation.SimulatedServer;
import org.elanus.testkit.simulation.check.Incarnation.Truth;

/**
 * Changes definitions, one at a time, and knows what must be there: after every recovery the server's definitions are
 * compared with it, and what was under way becomes one or the other. For the threads of one simulation.
 */
final class Definer {

    static final String LOADED = "loaded";
    static final String INDEX = "index";
    static final String FIELD = "field " + Shape.ADDED;
    private static final int CLIENT = -1;

    private final History history;
    private final Failures failures;
    private final Features features;
    private final Set<Long> ids = new HashSet<>();
    private boolean busy;

    Definer(History history, Failures failures, Features features) {
        this.history = history;
        this.failures = failures;
        this.features = features;
    }

    static String indexFact(String field) {
        return "index on " + field;
    }

    static String partitionFact(String partition) {
        return "partition " + partition;
    }

    /** The process that held the turn is gone. */
    void restarted() {
        busy = false;
    }

    /** Runs a change of definitions unless another is under way. */
    void change(SimulatedServer server, String what, Runnable change) {
        if (busy) {
            return;
        }
        busy = true;
        try {
            change.run();
        } catch (ElanusException e) {
            String wrong = failures.judge(what, e, server);
            if (wrong != null) {
                history.problem(wrong);
            }
        }
        busy = false;
    }

    /** Sets a fact by a call; it is unknown from its begin until its success. */
    private void set(Incarnation incarnation, String fact, Truth truth, Runnable call) {
        Truth before = incarnation.facts().getOrDefault(fact, Truth.NO);
        incarnation.set(fact, Truth.UNKNOWN);
        try {
            call.run();
            incarnation.set(fact, truth);
        } catch (ElanusException e) {
            if (Failures.resultOf(e) == Operation.Result.REFUSED) {
                incarnation.set(fact, before);
            }
            throw e;
        }
    }

    Shape shape(RandomGenerator random) {
        boolean autoId = features.autoIds() && random.nextBoolean();
        return new Shape(
                features.textKeys() && !autoId && random.nextBoolean(),
                autoId,
                1 + random.nextInt(features.mostShards()),
                random.nextBoolean() ? "L2" : "IP");
    }

    void create(SimulatedServer server, String name, Shape shape) {
        Incarnation incarnation = new Incarnation(shape);
        Names.Binding binding = history.names().begin(name, incarnation, history.tick());
        try {
            CollectionInfo info = server.database()
                    .createCollection(
                            server.context(),
                            new CollectionSpec(
                                    name, shape.schema(), shape.shards(), 0, Consistency.Level.STRONG, Map.of()));
            created(name, incarnation, info.id());
            binding.stands(history.tick());
        } catch (ElanusException e) {
            if (Failures.resultOf(e) == Operation.Result.REFUSED) {
                binding.ended(history.tick());
            }
            throw e;
        }
        prepare(server, name, incarnation);
    }

    private void created(String name, Incarnation incarnation, long id) {
        incarnation.id(id);
        if (!ids.add(id)) {
            history.problem("I3: collection '" + name + "' was created with the id " + id
                    + ", which an earlier collection had; an id is never used again");
        }
    }

    /** Makes a collection searchable. */
    void prepare(SimulatedServer server, String name, Incarnation incarnation) {
        Database database = server.database();
        if (!incarnation.is(INDEX)) {
            set(
                    incarnation,
                    INDEX,
                    Truth.YES,
                    () -> database.createIndex(
                            server.context(),
                            name,
                            new IndexSpec(
                                    Shape.VECTOR,
                                    "",
                                    "FLAT",
                                    incarnation.shape().metric(),
                                    Map.of())));
        }
        load(server, name, incarnation);
    }

    void load(SimulatedServer server, String name, Incarnation incarnation) {
        set(incarnation, LOADED, Truth.YES, () -> server.database().load(server.context(), name, List.of()));
    }

    void release(SimulatedServer server, String name, Incarnation incarnation) {
        set(incarnation, LOADED, Truth.NO, () -> server.database().release(server.context(), name, List.of()));
    }

    void drop(SimulatedServer server, Names.Binding binding) {
        end(binding, () -> server.database().dropCollection(server.context(), binding.name()));
    }

    private void end(Names.Binding binding, Runnable call) {
        binding.ending(history.tick());
        try {
            call.run();
            binding.ended(history.tick());
        } catch (ElanusException e) {
            if (Failures.resultOf(e) == Operation.Result.REFUSED) {
                binding.stands(history.tick());
            }
            throw e;
        }
    }

    void rename(SimulatedServer server, Names.Binding binding, String newName) {
        Names.Binding renamed = history.names().begin(newName, binding.incarnation(), history.tick());
        try {
            end(binding, () -> server.database().renameCollection(server.context(), binding.name(), "", newName));
            renamed.stands(history.tick());
        } catch (ElanusException e) {
            if (Failures.resultOf(e) == Operation.Result.REFUSED) {
                renamed.ended(history.tick());
            }
            throw e;
        }
    }

    /** Adds an alias that certainly is free, or takes one away that certainly stands. */
    void alias(SimulatedServer server, Names.Binding collection, String alias) {
        Names.Binding known = history.names().certain(alias);
        if (known != null) {
            end(known, () -> server.database().dropAlias(server.context(), alias));
        } else if (history.names().isFree(alias)) {
            Names.Binding binding = history.names().begin(alias, collection.incarnation(), history.tick());
            try {
                server.database().createAlias(server.context(), collection.name(), alias);
                binding.stands(history.tick());
            } catch (ElanusException e) {
                if (Failures.resultOf(e) == Operation.Result.REFUSED) {
                    binding.ended(history.tick());
                }
                throw e;
            }
        }
    }

    void addField(SimulatedServer server, String name, Incarnation incarnation) {
        if (incarnation.isKnown(FIELD) && !incarnation.is(FIELD)) {
            set(
                    incarnation,
                    FIELD,
                    Truth.YES,
                    () -> server.database().addField(server.context(), name, Shape.addedField()));
        }
    }

    /** Has a scalar field indexed, or drops its index, while rows come and go. */
    void changeIndex(SimulatedServer server, String name, Incarnation incarnation, String field, String type) {
        String fact = indexFact(field);
        if (incarnation.is(fact)) {
            set(incarnation, fact, Truth.NO, () -> server.database().dropIndex(server.context(), name, field));
        } else if (incarnation.isKnown(fact)) {
            IndexSpec spec = new IndexSpec(field, "", type, "", Map.of());
            set(incarnation, fact, Truth.YES, () -> server.database().createIndex(server.context(), name, spec));
        }
    }

    void createPartition(SimulatedServer server, String name, Incarnation incarnation, String partition) {
        set(
                incarnation,
                partitionFact(partition),
                Truth.YES,
                () -> server.database().createPartition(server.context(), name, partition));
    }

    void dropPartition(SimulatedServer server, String name, Incarnation incarnation, String partition) {
        release(server, name, incarnation);
        Mutation mutation = history.add(Mutation.remove(
                CLIENT,
                name,
                "drops partition '" + partition + "'",
                history.tick(),
                server.clock().nanos() / 1_000_000,
                (key, version, of) -> of.equals(partition)));
        try {
            set(
                    incarnation,
                    partitionFact(partition),
                    Truth.NO,
                    () -> server.database().dropPartition(server.context(), name, partition));
            mutation.end(Operation.Result.DONE, history.tick(), server.clock().nanos() / 1_000_000);
        } catch (ElanusException e) {
            mutation.fail(
                    Failures.resultOf(e),
                    String.valueOf(e.getMessage()),
                    history.tick(),
                    server.clock().nanos() / 1_000_000);
            throw e;
        }
        load(server, name, incarnation);
    }

    // ---- what must be there

    /** Compares everything with the server's definitions, while no client works. */
    void takeInventory(SimulatedServer server) {
        List<CollectionInfo> infos = new ArrayList<>(server.database().collections(server.context()));
        Map<Long, CollectionInfo> byId = infos.stream().collect(Collectors.toMap(CollectionInfo::id, info -> info));
        Map<Long, Incarnation> expected = new HashMap<>();
        for (Names.Binding binding : history.names().current()) {
            Incarnation incarnation = binding.incarnation();
            if (incarnation.id() == 0) {
                infos.stream()
                        .filter(info -> info.name().equals(binding.name()) && !ids.contains(info.id()))
                        .findFirst()
                        .ifPresent(info -> created(binding.name(), incarnation, info.id()));
            }
            CollectionInfo info = byId.get(incarnation.id());
            boolean there = info != null
                    && (info.name().equals(binding.name()) || info.aliases().contains(binding.name()));
            if (there) {
                expected.put(incarnation.id(), incarnation);
                binding.stands(history.tick());
            } else {
                if (binding.isCertain()) {
                    history.problem("I1: '" + binding.name() + "' stands for " + incarnation
                            + " by what was acknowledged, but the server has " + describe(infos));
                }
                binding.ended(history.tick());
            }
        }
        for (CollectionInfo info : infos) {
            Incarnation incarnation = expected.get(info.id());
            if (incarnation == null) {
                history.problem("I2: the server has collection '" + info.name() + "' with id " + info.id()
                        + ", which was dropped or never created");
                continue;
            }
            for (String name : names(info)) {
                Names.Binding binding = history.names().certain(name);
                if (binding == null || binding.incarnation() != incarnation) {
                    history.problem("I2: on the server '" + name + "' stands for collection " + info.id()
                            + ", which it was not given to, or no more");
                }
            }
            compareFacts(server, info, incarnation);
        }
    }

    private static List<String> names(CollectionInfo info) {
        List<String> names = new ArrayList<>(info.aliases());
        names.add(info.name());
        return names;
    }

    private static String describe(List<CollectionInfo> infos) {
        return infos.stream()
                .map(info -> "'" + info.name() + "' with id " + info.id() + " and aliases " + info.aliases())
                .toList()
                .toString();
    }

    private void compareFacts(SimulatedServer server, CollectionInfo info, Incarnation incarnation) {
        Set<String> found = new HashSet<>();
        for (PartitionInfo partition : server.database().partitions(server.context(), info.name())) {
            if (!partition.name().equals(PartitionInfo.DEFAULT_NAME)) {
                found.add(partitionFact(partition.name()));
            }
        }
        addIf(found, FIELD, () -> info.schema().find(Shape.ADDED).isPresent());
        addIf(
                found,
                LOADED,
                () -> server.database()
                                .loadStatus(server.context(), info.name(), List.of())
                                .state()
                        == LoadStatus.State.LOADED);
        for (IndexInfo index : server.database().indexes(server.context(), info.name())) {
            String field = index.spec().field();
            found.add(field.equals(Shape.VECTOR) ? INDEX : indexFact(field));
        }
        Set<String> all = new HashSet<>(found);
        all.addAll(incarnation.facts().keySet());
        for (String fact : all) {
            Truth known = incarnation.facts().getOrDefault(fact, Truth.NO);
            Truth now = Truth.of(found.contains(fact));
            if (known != Truth.UNKNOWN && known != now) {
                history.problem("I1: of collection '" + info.name() + "' with id " + info.id() + " '" + fact
                        + "' must be " + (known == Truth.YES ? "there" : "gone") + " by what was acknowledged, but is "
                        + (now == Truth.YES ? "there" : "gone"));
            }
            incarnation.set(fact, now);
        }
    }

    private static void addIf(Set<String> facts, String fact, BooleanSupplier holds) {
        if (holds.getAsBoolean()) {
            facts.add(fact);
        }
    }

    /** Whether the error only says that data is damaged. */
    static boolean isDamage(ElanusException e) {
        return e.code() == StandardErrorCode.CORRUPT;
    }
}
