package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the first line of the README shows. */
class DemoIT {

    private static final Pattern RECALL = Pattern.compile("recall@10 ([01]\\.\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path temporary;

    @Test
    void demoFindsTheNearestWordsAndRunsAgainOnItsData() throws IOException, InterruptedException {
        Path data = temporary.resolve("data");
        String first = demonstrate(data);
        assertThat(first)
                .contains("insert   20,000 of 20,000", "index    20,000 of 20,000")
                .containsPattern("HashMap .*TreeMap")
                .contains("pymilvus", "milvus-sdk-java", "milvus2-sdk-node");
        assertThat(first.lines().filter(line -> line.startsWith("ready  "))).hasSize(1);

        String second = demonstrate(data);
        assertThat(second).contains("it is there from an earlier start").doesNotContain("insert  ");

        ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
        assertThat(check.exit()).as(check.output() + check.error()).isZero();
        assertThat(check.output()).startsWith("clean");
    }

    /** Runs the demo to its end, then sends SIGINT. */
    private String demonstrate(Path data) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        Path log = temporary.resolve("log");
        Process process = new ProcessBuilder(
                        ServerProcess.HOME.resolve("bin/elanus").toString(),
                        "serve",
                        "--demo",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--management-port",
                        "0")
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            await().atMost(PATIENCE)
                    .until(() -> !process.isAlive() || Files.readString(output).contains("milvus2-sdk-node"));
            String shown = Files.readString(output);
            Matcher recall = RECALL.matcher(shown);
            assertThat(recall.find()).as("%s\n%s", shown, Files.readString(log)).isTrue();
            assertThat(Double.parseDouble(recall.group(1))).isGreaterThanOrEqualTo(0.95);
            assertThat(process.isAlive()).isTrue();

            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            return shown;
        } finally {
            process.destroyForcibly();
        }
    }
}
