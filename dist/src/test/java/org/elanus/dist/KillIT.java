package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.milvus.v2.client.MilvusClientV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the real process, with its metadata in SQLite, at random times: under concurrent upserts, inserts, deletes by key
 * and by filter, flushes, merges, and collections that are created, filled, renamed and dropped; and again while it
 * recovers. Afterwards every key must be in a state that its history allows: what was acknowledged last, or what was
 * under way when the process died. {@code -Delanus.kills=N} sets the number of kills, {@code -Delanus.seed=S} repeats a
 * run's choices, {@code -Delanus.patience=N} multiplies the time that a recovery may take.
 */
class KillIT {

    private static final int KILLS = Integer.getInteger("elanus.kills", 30);
    private static final int PATIENCE = Integer.getInteger("elanus.patience", 1);
    private static final int WRITERS = 3;

    /** Rounds from one offline check of the whole data directory to the next. */
    private static final int CHECK_EVERY = 20;

    @TempDir
    private Path temporary;

    private final KillLoad load = new KillLoad();
    private final List<Long> recoveries = new ArrayList<>();
    private final List<String> slow = new ArrayList<>();

    @Test
    void acknowledgedWritesSurviveKills() throws InterruptedException {
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("KillIT: elanus.seed=" + seed + " kills=" + KILLS);
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        Path data = temporary.resolve("data");
        int kills = 0;
        int duringRecovery = 0;
        for (int round = 0; ; round++) {
            String context = "seed " + seed + " round " + round;
            ServerProcess server = start(data, context);
            try {
                MilvusClientV2 client = server.connect();
                if (round == 0) {
                    load.create(client);
                }
                load.verify(client, context);
                if (kills >= KILLS) {
                    client.close();
                    break;
                }
                writeUntilKilled(server, client, random);
                kills++;
            } finally {
                server.kill();
            }
            while (kills < KILLS && random.nextInt(4) == 0) {
                ServerProcess.startAndKill(data, 100 + random.nextInt(1_500));
                kills++;
                duringRecovery++;
            }
            if (round % CHECK_EVERY == 0) {
                check(data, context);
            }
            if (round % 50 == 49) {
                report(kills, duringRecovery);
            }
        }
        check(data, "seed " + seed + " at the end");
        report(kills, duringRecovery);
        assertThat(slow).isEmpty();
        assertThat(load.acknowledged.get()).isGreaterThan(KILLS);
    }

    private void report(int kills, int duringRecovery) {
        List<Long> sorted = recoveries.stream().sorted().toList();
        System.out.printf(
                "KillIT: %d kills, %d of them during recovery; %d acknowledged operations, %d of unknown outcome,"
                        + " %d flushes and merges, %d definitions; from start to ready: median %d ms, slowest %d ms%n",
                kills,
                duringRecovery,
                load.acknowledged.get(),
                load.unknown.get(),
                load.maintained.get(),
                load.defined.get(),
                sorted.get(sorted.size() / 2),
                sorted.getLast());
    }

    /** Ready within 10 s, and 1 s for each GB of log; times the patience with a machine that has other things to do. */
    private ServerProcess start(Path data, String context) {
        long log = bytes(data.resolve("wal-local"));
        long began = System.nanoTime();
        ServerProcess server = ServerProcess.start(data);
        long millis = (System.nanoTime() - began) / 1_000_000;
        recoveries.add(millis);
        if (millis > PATIENCE * (10_000 + log / 1_000_000)) {
            slow.add("%s: ready after %d ms with a log of %d bytes".formatted(context, millis, log));
        }
        return server;
    }

    private static long bytes(Path directory) {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void writeUntilKilled(ServerProcess server, MilvusClientV2 client, RandomGenerator random)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            RandomGenerator own = RandomGeneratorFactory.getDefault().create(random.nextLong());
            threads.add(Thread.ofPlatform()
                    .start(() -> load.write(client, number == 0 ? load.texts : load.numbers, number, own)));
        }
        RandomGenerator ofDefinitions = RandomGeneratorFactory.getDefault().create(random.nextLong());
        threads.add(Thread.ofPlatform().start(() -> load.define(client, ofDefinitions)));
        RandomGenerator ofFlushes = RandomGeneratorFactory.getDefault().create(random.nextLong());
        threads.add(Thread.ofPlatform().start(() -> load.flush(client, ofFlushes)));
        RandomGenerator ofMerges = RandomGeneratorFactory.getDefault().create(random.nextLong());
        threads.add(Thread.ofPlatform().start(() -> load.compact(client, ofMerges)));
        long enough = load.acknowledged.get() + random.nextInt(200);
        long latest = System.nanoTime() + 10_000_000_000L;
        while (load.acknowledged.get() < enough && System.nanoTime() < latest) {
            Thread.sleep(1 + random.nextInt(10));
        }
        Thread.sleep(random.nextInt(30));
        server.kill();
        closeQuietly(client);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void closeQuietly(MilvusClientV2 client) {
        try {
            client.close();
        } catch (RuntimeException e) {
            // its server is dead
        }
    }

    private static void check(Path data, String context) {
        ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
        assertThat(check.exit())
                .as("%s: %s%s", context, check.output(), check.error())
                .isZero();
    }
}
