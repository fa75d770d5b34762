package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.milvus.v2.client.MilvusClientV2;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker that holds the log is away: at the start, and later. */
class BrokerOutageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path temporary;

    private static List<String> impatient(List<String> settings) {
        List<String> all = new ArrayList<>(settings);
        all.addAll(List.of(
                "--set",
                "plugins.wal-kafka.open-timeout=3s",
                "--set",
                "plugins.wal-kafka.delivery-timeout=3s",
                "--set",
                "plugins.wal-kafka.request-timeout=2s",
                "--set",
                "log.start-limit=4s",
                "--set",
                "log.longest-pause=1s"));
        return all;
    }

    @Test
    void startWithoutBrokerEndsWithItsAddress() {
        int nobody = ServerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--data",
                temporary.resolve("data").toString(),
                "--port",
                Integer.toString(ServerProcess.freePort()),
                "--management-port",
                Integer.toString(ServerProcess.freePort())));
        arguments.addAll(impatient(List.of(
                "--set", "log.wal=kafka", "--set", "plugins.wal-kafka.bootstrap-servers=127.0.0.1:" + nobody)));

        ServerProcess.Result result = ServerProcess.run(arguments.toArray(String[]::new));

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).contains("elanus: ", "127.0.0.1:" + nobody);
    }

    @Test
    void lostBrokerFailsWritesAndNothingElseUntilItIsBack() {
        try (ServerProcess server = ServerProcess.start(
                temporary.resolve("data"), impatient(Brokers.onKafka("outage-")).toArray(String[]::new))) {
            MilvusClientV2 client = server.connect();
            SmallRows.create(client);
            SmallRows.insert(client, 0, 100);
            assertThat(SmallRows.count(client, "")).isEqualTo(100);

            Brokers.kafka().kill();
            try {
                assertThatThrownBy(() -> SmallRows.insert(client, 1_000, 1)).hasMessageContaining("channel");
                assertThatThrownBy(() -> SmallRows.insert(client, 1_001, 1)).hasMessageContaining("channel");
                for (int row = 0; row < 100; row += 9) {
                    assertThat(SmallRows.nearest(client, row)).isEqualTo(row);
                }
                assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
                assertThat(server.get("/wal").body()).contains("log kafka").containsAnyOf("lost", "NOT REACHABLE");
            } finally {
                Brokers.kafka().start();
            }

            AtomicInteger next = new AtomicInteger(2_000);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                SmallRows.insert(client, next.incrementAndGet(), 1);
                return true;
            });
            SmallRows.insert(client, 3_000, 50);
            assertThat(SmallRows.count(client, "id < 1000")).isEqualTo(100);
            assertThat(SmallRows.count(client, "id >= 3000")).isEqualTo(50);
            assertThat(SmallRows.count(client, "id == " + next.get())).isOne();
            assertThat(SmallRows.nearest(client, 3_020)).isEqualTo(3_020);
            assertThat(server.get("/wal").body()).contains("open").doesNotContain("lost");
            client.close();
            assertThat(server.stop()).isZero();
        }
    }
}
