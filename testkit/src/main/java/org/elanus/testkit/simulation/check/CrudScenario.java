package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.testkit.simulation.FaultPlan;
import org.elanus.testkit.simulation.Scenario;
import org.elanus.testkit.simulation.SimulatedServer;

/**
 * Several clients that write, delete, read, search, flush, merge and redefine a few small collections at once, with few
 * keys, so that overwrites, deletes and returns meet. What each seed does differs widely ({@link Features}). At the end
 * the whole history is held against the invariants.
 *
 * <p>Made anew for every simulation: {@code CrudScenario::new} is its {@code ScenarioFactory}.
 */
public final class CrudScenario implements Scenario {

    private static final int CHECKING = -1;

    private final History history = new History();
    private final Features features;
    private final Failures failures;
    private final Definer definer;
    private final List<Client> clients = new ArrayList<>();
    private final Client checking;
    private final RandomGenerator random;
    private long version;

    /** @param seed everything random follows from it @param faults that may come; clients ask the server which did */
    public CrudScenario(long seed, FaultPlan faults) {
        SplittableRandom source = new SplittableRandom(seed ^ 0x5eed_c4ec_4e55L);
        features = Features.of(source);
        random = source.split();
        failures = new Failures();
        definer = new Definer(history, failures, features);
        for (int number = 0; number < features.clients(); number++) {
            clients.add(new Client(number, history, failures));
        }
        checking = new Client(CHECKING, history, failures);
    }

    @Override
    public void run(SimulatedServer server) throws Exception {
        if (!start(server)) {
            return;
        }
        CountDownLatch working = new CountDownLatch(clients.size());
        for (Client client : clients) {
            RandomGenerator own = new SplittableRandom(random.nextLong());
            server.threads().startVirtual("client-" + client.number(), () -> {
                try {
                    for (int step = 0; step < features.steps(); step++) {
                        step(server, client, own);
                    }
                } catch (RuntimeException e) {
                    String wrong = failures.judge("client " + client.number(), e, server);
                    if (wrong != null) {
                        history.problem(wrong);
                    }
                } finally {
                    working.countDown();
                }
            });
        }
        working.await();
    }

    /** Looks at what the recovery has brought back. @return whether the server answers */
    private boolean start(SimulatedServer server) {
        history.recovered();
        definer.restarted();
        try {
            definer.takeInventory(server);
        } catch (ElanusException e) {
            judge(server, "taking the inventory", e);
            return false;
        }
        for (int i = 0; i < features.collections(); i++) {
            String name = "c" + i;
            if (history.names().isFree(name) && random.nextInt(4) > 0) {
                definer.change(
                        server,
                        "creating collection '" + name + "'",
                        () -> definer.create(server, name, definer.shape(random)));
            }
        }
        for (Names.Binding binding : collections()) {
            Incarnation incarnation = binding.incarnation();
            if (!incarnation.is(Definer.INDEX) || !incarnation.is(Definer.LOADED) && random.nextInt(4) > 0) {
                definer.change(
                        server,
                        "loading collection '" + binding.name() + "'",
                        () -> definer.prepare(server, binding.name(), incarnation));
            }
            if (random.nextBoolean()) {
                checking.read(
                        new Client.Target(server, binding.name(), incarnation),
                        Client.Selection.ALL,
                        Consistency.STRONG);
            }
        }
        return true;
    }

    private void judge(SimulatedServer server, String what, ElanusException e) {
        String wrong = failures.judge(what, e, server);
        if (wrong != null) {
            history.problem(wrong);
        }
    }

    /** The collections that certainly are there, aliases left out. */
    private List<Names.Binding> collections() {
        return history.names().current().stream()
                .filter(binding -> binding.isCertain() && !binding.name().startsWith("a"))
                .toList();
    }

    // ---- one step of a client

    private void step(SimulatedServer server, Client client, RandomGenerator own) {
        Features.Action action = features.choose(own);
        if (features.pause() > 0 && own.nextInt(8) == 0 || action == Features.Action.PAUSE) {
            pause(server, 1 + own.nextLong(Math.max(1, features.pause())));
        }
        List<Names.Binding> there = history.names().current().stream()
                .filter(Names.Binding::isCertain)
                .toList();
        if (there.isEmpty()) {
            redefine(server, own);
            return;
        }
        Names.Binding binding = there.get(own.nextInt(there.size()));
        Client.Target target = new Client.Target(server, binding.name(), binding.incarnation());
        switch (action) {
            case INSERT, UPSERT -> write(client, target, action == Features.Action.UPSERT, own);
            case DELETE_KEYS -> client.delete(target, keysOf(target, own, partition(target, own, 6)));
            case DELETE_MATCHING -> client.delete(target, matching(target, own));
            case GET -> client.read(target, keysOf(target, own, ""), client.level(own));
            case SCAN ->
                client.read(
                        target, own.nextInt(3) > 0 ? Client.Selection.ALL : matching(target, own), client.level(own));
            case PAGES -> client.readPages(target, 1 + own.nextInt(4), client.level(own));
            case COUNT -> {
                if (own.nextInt(4) == 0) {
                    client.rowCount(target, "", Consistency.EVENTUAL);
                } else {
                    client.count(
                            target,
                            own.nextBoolean() ? Client.Selection.ALL : matching(target, own),
                            client.level(own));
                }
            }
            case SEARCH ->
                client.search(
                        target,
                        query(own),
                        1 + own.nextInt(features.keys() + 2),
                        own.nextBoolean() ? Client.Selection.ALL : matching(target, own),
                        client.level(own));
            case FLUSH ->
                attempt(
                        server,
                        "flushing '" + target.name() + "'",
                        () -> server.database().flush(server.context(), target.name()));
            case COMPACT ->
                attempt(
                        server,
                        "merging '" + target.name() + "'",
                        () -> server.database().compact(server.context(), target.name()));
            case BACKGROUND -> server.wakeBackgroundWork();
            case RELEASE ->
                definer.change(server, "releasing '" + target.name() + "'", () -> {
                    definer.release(server, target.name(), target.incarnation());
                    definer.load(server, target.name(), target.incarnation());
                });
            case TRUNCATE -> client.truncate(target);
            case RECREATE -> redefine(server, own);
            case PARTITION ->
                definer.change(
                        server, "changing partitions of '" + target.name() + "'", () -> changePartition(target, own));
            case FIELD ->
                definer.change(
                        server,
                        "adding a field to '" + target.name() + "'",
                        () -> definer.addField(server, target.name(), target.incarnation()));
            case INDEX ->
                definer.change(server, "changing an index of '" + target.name() + "'", () -> changeIndex(target, own));
            case ALIAS -> alias(server, own);
            case RENAME -> rename(server, own);
            case PAUSE -> {}
        }
    }

    private static void pause(SimulatedServer server, long millis) {
        try {
            server.clock().sleep(java.time.Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(SimulatedServer server, String what, Runnable call) {
        try {
            call.run();
        } catch (ElanusException e) {
            judge(server, what, e);
        }
    }

    private void write(Client client, Client.Target target, boolean upsert, RandomGenerator own) {
        boolean autoId = target.shape().autoId();
        int count = 1 + own.nextInt(features.largestBatch());
        boolean repeats = own.nextInt(12) == 0;
        List<Mutation.Row> rows = new ArrayList<>();
        Set<Object> used = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (autoId) {
                rows.add(new Mutation.Row(null, ++version));
            } else {
                Object key = target.shape().key(own.nextInt(features.keys()));
                if (used.add(key) || repeats) {
                    rows.add(new Mutation.Row(key, ++version));
                }
            }
        }
        boolean added = target.incarnation().is(Definer.FIELD) && own.nextBoolean();
        client.write(target, upsert && !autoId, partition(target, own, 2), rows, added);
    }

    private Client.Selection keysOf(Client.Target target, RandomGenerator own, String partition) {
        Set<Object> keys = new HashSet<>();
        for (int i = 1 + own.nextInt(features.largestBatch()); i > 0; i--) {
            keys.add(key(target, own));
        }
        return new Client.Selection(keys, 0, -1, -1, partition);
    }

    /** A key that is in use; of those that the server gave, one that is known. */
    private Object key(Client.Target target, RandomGenerator own) {
        if (target.shape().autoId()) {
            List<Mutation> writes = history.mutations().stream()
                    .filter(mutation -> mutation.collection().equals(target.name())
                            && !mutation.versions().isEmpty())
                    .toList();
            if (!writes.isEmpty()) {
                Object key = writes.get(own.nextInt(writes.size())).versions().keySet().stream()
                        .sorted(java.util.Comparator.comparing(Object::toString))
                        .findFirst()
                        .orElseThrow();
                if (key instanceof Long) {
                    return key;
                }
            }
            return 1L;
        }
        return target.shape().key(own.nextInt(features.keys()));
    }

    private Client.Selection matching(Client.Target target, RandomGenerator own) {
        int from = own.nextInt(features.keys());
        boolean range = own.nextBoolean() && !target.shape().autoId();
        long group = !range || own.nextBoolean() ? own.nextInt(Shape.GROUPS) : -1;
        return new Client.Selection(
                null,
                from,
                range ? from + 1 + own.nextInt(features.keys()) : -1,
                group,
                partition(target, own, 4),
                own.nextInt(3) == 0 ? Integer.toHexString(1 + own.nextInt(15)) : "");
    }

    /** Now and then a partition that is there, else the empty name. */
    private String partition(Client.Target target, RandomGenerator own, int seldom) {
        if (!features.partitions() || own.nextInt(seldom) > 0) {
            return "";
        }
        String name = "p" + own.nextInt(2);
        return target.incarnation().is(Definer.partitionFact(name)) ? name : "";
    }

    private static float[] query(RandomGenerator own) {
        float[] query = new float[Shape.DIMENSION];
        for (int d = 0; d < query.length; d++) {
            query[d] = own.nextInt(17);
        }
        return query;
    }

    private void changeIndex(Client.Target target, RandomGenerator own) {
        boolean textKeys = target.shape().textKeys();
        String field = switch (own.nextInt(3)) {
            case 0 -> Shape.KEY;
            case 1 -> Shape.TEXT;
            default -> Shape.GROUP;
        };
        boolean text = field.equals(Shape.TEXT) || field.equals(Shape.KEY) && textKeys;
        List<String> types = text ? List.of("INVERTED", "TRIE", "BITMAP") : List.of("INVERTED", "STL_SORT", "BITMAP");
        if (field.equals(Shape.KEY)) {
            types = types.subList(0, 2); // a bitmap over a primary key is refused
        }
        definer.changeIndex(
                target.server(), target.name(), target.incarnation(), field, types.get(own.nextInt(types.size())));
    }

    private void changePartition(Client.Target target, RandomGenerator own) {
        String partition = "p" + own.nextInt(2);
        String fact = Definer.partitionFact(partition);
        if (target.incarnation().is(fact)) {
            if (own.nextBoolean()) {
                definer.dropPartition(target.server(), target.name(), target.incarnation(), partition);
            }
        } else if (target.incarnation().isKnown(fact)) {
            definer.createPartition(target.server(), target.name(), target.incarnation(), partition);
        }
    }

    /** Drops a collection and creates it again, or creates one that is missing. */
    private void redefine(SimulatedServer server, RandomGenerator own) {
        String name = "c" + own.nextInt(features.collections());
        definer.change(server, "redefining '" + name + "'", () -> {
            Names.Binding binding = history.names().certain(name);
            if (binding != null) {
                for (Names.Binding alias : history.names().current()) {
                    if (alias != binding && alias.incarnation() == binding.incarnation()) {
                        return; // aliases hold it
                    }
                }
                definer.drop(server, binding);
            }
            if (history.names().isFree(name) && (binding == null || own.nextInt(4) > 0)) {
                definer.create(server, name, definer.shape(own));
            }
        });
    }

    private void alias(SimulatedServer server, RandomGenerator own) {
        definer.change(server, "changing an alias", () -> {
            List<Names.Binding> there = collections();
            if (!there.isEmpty()) {
                definer.alias(server, there.get(own.nextInt(there.size())), "a" + own.nextInt(2));
            }
        });
    }

    private void rename(SimulatedServer server, RandomGenerator own) {
        definer.change(server, "renaming a collection", () -> {
            List<Names.Binding> there = collections();
            String name = "c" + own.nextInt(features.collections() + 1);
            if (!there.isEmpty() && history.names().isFree(name)) {
                definer.rename(server, there.get(own.nextInt(there.size())), name);
            }
        });
    }

    // ---- the end

    @Override
    public List<String> verify(SimulatedServer server) {
        history.recovered();
        definer.restarted();
        failures.alone();
        try {
            definer.takeInventory(server);
            for (Names.Binding binding : collections()) {
                try {
                    verify(server, binding);
                } catch (ElanusException e) {
                    judge(server, "verifying '" + binding.name() + "'", e);
                }
            }
        } catch (ElanusException e) {
            judge(server, "verifying", e);
        }
        return Checker.check(history);
    }

    @Override
    public List<String> check() {
        return Checker.check(history);
    }

    /** Reads everything, and again after all that may move it to other places. */
    private void verify(SimulatedServer server, Names.Binding binding) {
        Incarnation incarnation = binding.incarnation();
        Client.Target target = new Client.Target(server, binding.name(), incarnation);
        definer.prepare(server, binding.name(), incarnation);
        Map<Object, Long> before = look(target, "after the last recovery", null);
        server.database().flush(server.context(), binding.name());
        before = look(target, "after a flush", before);
        server.database().compact(server.context(), binding.name());
        definer.release(server, binding.name(), incarnation);
        definer.load(server, binding.name(), incarnation);
        look(target, "after a merge, release and load", before);
    }

    private Map<Object, Long> look(
            Client.Target target, String when, @org.jspecify.annotations.Nullable Map<Object, Long> before) {
        Map<Object, Long> rows = checking.read(target, Client.Selection.ALL, Consistency.STRONG);
        if (rows == null) {
            return before == null ? Map.of() : before;
        }
        if (before != null && !rows.equals(before)) {
            history.problem("I10: collection '" + target.name() + "' has " + rows + " " + when + ", but had " + before
                    + " before, and nobody wrote");
        }
        checking.count(target, Client.Selection.ALL, Consistency.STRONG);
        checking.rowCount(target, "", Consistency.STRONG);
        checking.readPages(target, 3, Consistency.STRONG);
        float[] query = query(random);
        int limit = 1 + random.nextInt(Math.max(1, rows.size()));
        SearchResult found = checking.search(target, query, limit, Client.Selection.ALL, Consistency.STRONG);
        if (found != null) {
            compare(target, when, query, limit, rows, found);
        }
        return rows;
    }

    /** The scores of an exact search are those of a naive one, bit by bit (I10). */
    private void compare(
            Client.Target target, String when, float[] query, int limit, Map<Object, Long> rows, SearchResult found) {
        List<Float> expected = new ArrayList<>();
        new HashMap<>(rows).forEach((key, of) -> expected.add(target.shape().score(query, key, of)));
        expected.sort(
                target.shape().nearer(0, 1)
                        ? java.util.Comparator.naturalOrder()
                        : java.util.Comparator.reverseOrder());
        List<Float> best = expected.subList(0, Math.min(limit, expected.size()));
        List<Float> scores = new ArrayList<>();
        for (float score : found.scores()) {
            scores.add(score);
        }
        if (!scores.equals(best)) {
            history.problem("I10: a search of '" + target.name() + "' " + when + " returned the scores " + scores
                    + ", but a naive one over what a scan shows " + best);
        }
    }
}
