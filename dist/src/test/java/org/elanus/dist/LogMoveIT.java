package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.milvus.v2.client.MilvusClientV2;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code elanus wal move} from the local log to a real Kafka and back, killed (SIGKILL) at each of its steps. */
class LogMoveIT {

    /** What the command announces, in order. */
    private static final List<String> STEPS = List.of(
            "opening the database",
            "flushing",
            "claiming channel elanus-0",
            "claiming channel elanus-1",
            "recording the log",
            "verifying the database");

    private static final int LAST_CLAIM = 3;
    private static final int RECORDING = 4;

    @TempDir
    private Path temporary;

    private Path data;
    private int rows;

    @Test
    void killedMoveLeavesADatabaseWithEveryRowAndIsDoneAgain() throws IOException, InterruptedException {
        data = temporary.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            SmallRows.create(client);
            SmallRows.insert(client, 0, 200);
            rows = 200;
            client.close();
            refusedWhileAServerRuns();
            assertThat(run("status").output()).contains("log local", "channel elanus-0: open", "channel elanus-1: open");
            assertThat(server.stop()).isZero();
        }
        for (String step : STEPS) {
            killAt(step);
            int done = STEPS.indexOf(step);
            if (done == LAST_CLAIM || done == RECORDING) {
                boolean moved = run("status").output().contains("log kafka");
                assertThat(moved).as("in the new log, killed at: %s", step).isIn(false, done == RECORDING);
                serveAndInsert(moved);
            }
        }
        ServerProcess.Result finished = run("move", "--to", "kafka");
        assertThat(finished.exit()).as(finished.error()).isZero();
        assertThat(finished.output()).contains("to=kafka", "rows=" + rows);
        serveAndInsert(true);

        ServerProcess.Result refused = ServerProcess.run("serve", "--data", data.toString(), "--port", "0");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.error()).contains("'kafka'", "'local'", "bin/elanus wal move --to local");

        for (String to : List.of("local", "kafka")) {
            ServerProcess.Result back = run("move", "--to", to);
            assertThat(back.exit()).as(back.error()).isZero();
            assertThat(back.output()).contains("moved", "to=" + to, "rows=" + rows);
            serveAndInsert(to.equals("kafka"));
        }
        ServerProcess.Result check = ServerProcess.run(Stream.concat(
                        Stream.of("check", "--data", data.toString()), Brokers.onKafka("move-").stream())
                .toArray(String[]::new));
        assertThat(check.exit()).as(check.output()).isZero();
    }

    private void refusedWhileAServerRuns() {
        ServerProcess.Result refused = run("move", "--to", "kafka");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.error()).contains("in use");
    }

    private String[] arguments(String... command) {
        return Stream.of(
                        List.of("wal"),
                        List.of(command),
                        List.of("--data", data.toString()),
                        // The log that is moved to is configured, but not chosen: log.wal stays local.
                        Brokers.onKafka("move-").subList(2, Brokers.onKafka("move-").size()))
                .flatMap(List::stream)
                .toArray(String[]::new);
    }

    private ServerProcess.Result run(String... command) {
        return ServerProcess.run(arguments(command));
    }

    private void killAt(String step) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ServerProcess.HOME.resolve("bin/elanus").toString()));
        command.addAll(List.of(arguments("move", "--to", "kafka")));
        Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.strip().startsWith(step)) {
                    break;
                }
            }
            process.destroyForcibly().waitFor();
        }
        // A database that has arrived is only verified.
        assertThat(said).as("killed at: %s", step).anyMatch(line -> line.strip().startsWith(step)
                || line.strip().startsWith("verifying the database"));
    }

    /** Every acknowledged row is there, and more can be written. */
    private void serveAndInsert(boolean moved) {
        String[] settings = moved ? Brokers.onKafka("move-").toArray(String[]::new) : new String[0];
        try (ServerProcess server = ServerProcess.start(data, settings)) {
            MilvusClientV2 client = server.connect();
            assertThat(SmallRows.count(client, "")).isEqualTo(rows);
            SmallRows.insert(client, rows, 3);
            rows += 3;
            assertThat(SmallRows.count(client, "")).isEqualTo(rows);
            client.close();
            assertThat(server.stop()).isZero();
        }
    }
}
