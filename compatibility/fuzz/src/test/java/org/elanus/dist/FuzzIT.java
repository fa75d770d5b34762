package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests of every kind, most of them wrong, from several clients at once: none breaks the server, none is
 * answered by an internal error, nothing leaks, no thread is stuck, and a collection beside them answers exactly.
 *
 * <p>{@code -Delanus.fuzz.requests=300000} for the long run, {@code -Delanus.fuzz.seed=…} to repeat one,
 * {@code -Delanus.fuzz.clients=1} to repeat it in the very same order.
 */
class FuzzIT {

    private static final int REQUESTS = Integer.getInteger("elanus.fuzz.requests", 20_000);
    private static final long SEED = Long.getLong("elanus.fuzz.seed", new Random().nextLong());
    private static final int CLIENTS = Integer.getInteger("elanus.fuzz.clients", 4);
    private static final int REPAIR_EVERY = 250;
    private static final int CLEAR_EVERY = 4_000;

    @TempDir
    private static Path temporary;

    @Test
    void randomRequestsBreakNothing() throws Exception {
        System.out.printf("fuzz: seed %d, %d requests, %d clients%n", SEED, REQUESTS, CLIENTS);
        try (ServerProcess server = ServerProcess.start(
                temporary.resolve("data"),
                Map.of(
                        "ELANUS_JAVA_OPTS",
                        "-Xmx1g -XX:NativeMemoryTracking=summary -Dio.netty.leakDetection.level=advanced"))) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                    .usePlaintext()
                    .maxInboundMessageSize(Integer.MAX_VALUE)
                    .build();
            try (ServerVitals vitals = new ServerVitals(server.process().pid())) {
                run(server, channel, vitals);
            } finally {
                channel.shutdownNow();
            }
            assertThat(server.stop()).isZero();
            List<String> log = server.log().lines().toList();
            for (int i = 0; i < log.size(); i++) {
                if (isAlarming(log.get(i))) {
                    log.subList(i, Math.min(log.size(), i + 12)).forEach(System.out::println);
                }
            }
            assertThat(log.stream().filter(FuzzIT::isAlarming))
                    .as("what the server's log complains about")
                    .isEmpty();
        }
    }

    private static boolean isAlarming(String line) {
        return line.contains("LEAK:") || line.contains("OutOfMemory") || line.contains(" ERROR ");
    }

    private static void run(ServerProcess server, ManagedChannel channel, ServerVitals vitals) throws Exception {
        Fuzzer fuzzer = new Fuzzer(SEED, channel);
        Playground playground = new Playground(channel, SEED);
        playground.prepare();
        int warm = REQUESTS / 5;
        round(fuzzer, playground, 0, warm);
        playground.clear(true);
        ServerVitals.Reading before = vitals.read();
        round(fuzzer, playground, warm, REQUESTS);
        playground.clear(true);

        System.out.println("fuzz: answers " + fuzzer.answers());
        System.out.println("fuzz: successes " + fuzzer.succeeded());
        assertThat(fuzzer.findings()).as("wrong answers").isEmpty();
        assertThat(fuzzer.succeeded().keySet())
                .as("calls that also get through")
                .contains("CreateCollection", "Insert", "Upsert", "Delete", "Query", "Search", "HybridSearch", "Flush");
        assertThat(server.process().isAlive()).isTrue();
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
        playground.check();
        AtomicLong reads = new AtomicLong();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    ServerVitals.Reading after = vitals.read();
                    System.out.printf("fuzz: before %s; after %s (%d)%n", before, after, reads.incrementAndGet());
                    assertThat(after.heap()).as("heap").isLessThan(before.heap() + (32L << 20));
                    assertThat(after.direct()).as("direct memory").isLessThan(before.direct() + (32L << 20));
                    assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 8);
                    assertThat(after.files()).as("open files").isLessThanOrEqualTo(before.files() + 16);
                    assertThat(vitals.threads(temporary)).as("stuck threads").doesNotContain("UnaryCall.run");
                });
    }

    /** Sends the requests from first to last; every so often one client tidies up and looks at the control collection. */
    private static void round(Fuzzer fuzzer, Playground playground, int first, int last) throws Exception {
        playground.repair();
        AtomicLong next = new AtomicLong(first);
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(CLIENTS)) {
            for (int client = 0; client < CLIENTS; client++) {
                boolean tidies = client == 0;
                clients.add(executor.submit(() -> {
                    long repaired = first;
                    long cleared = first;
                    for (long n = next.getAndIncrement(); n < last; n = next.getAndIncrement()) {
                        fuzzer.send(n);
                        if (tidies && n >= repaired + REPAIR_EVERY) {
                            repaired = n;
                            if (n >= cleared + CLEAR_EVERY) {
                                cleared = n;
                                playground.clear(false);
                                playground.check();
                                System.out.printf(
                                        "fuzz: %d requests, %d findings%n",
                                        n, fuzzer.findings().size());
                            }
                            playground.repair();
                        }
                    }
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }
}
