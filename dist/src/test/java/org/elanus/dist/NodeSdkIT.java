package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official Node SDK, unmodified and in a process of its own, against the server; the scenario compares every answer
 * with an exact one. Needs node and npm, which fetches the SDK into {@code target}.
 */
class NodeSdkIT {

    /** The newest when this was written; a fixed one keeps the build the same tomorrow. */
    private static final String SDK = "@zilliz/milvus2-sdk-node@3.0.6";

    private static final int ROWS = 4_000;

    @TempDir
    private Path temporary;

    @Test
    void theScenarioPassesInAProcessOfNode() throws Exception {
        boolean required = "all".equals(System.getProperty("elanus.require"));
        boolean there = isThere("node") && isThere("npm");
        Assumptions.assumeTrue(there || required, "skipped: install node and npm to include it");
        assertThat(there).as("node and npm are installed").isTrue();

        Path home = ServerProcess.HOME.resolveSibling("node-sdk");
        Files.createDirectories(home);
        if (!Files.exists(home.resolve("installed-" + SDK.replace('/', '-')))) {
            Files.writeString(home.resolve("package.json"), "{\"private\": true}");
            Outcome installed = run(home, 300, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", SDK);
            Assumptions.assumeTrue(
                    installed.exit() == 0 || required,
                    "skipped: npm cannot install " + SDK + " here: " + installed.output());
            assertThat(installed.exit()).as(installed.output()).isZero();
            Files.writeString(home.resolve("installed-" + SDK.replace('/', '-')), "");
        }
        Files.copy(
                Path.of(System.getProperty("elanus.source")).resolve("dist/src/test/resources/node/scenario.js"),
                home.resolve("scenario.js"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Words words = Words.load(ROWS);
        Path labels = Files.write(temporary.resolve("words.txt"), words.labels());
        Path vectors = Files.write(temporary.resolve("vectors.f32"), bytes(words.vectors()));
        try (ServerProcess server = ServerProcess.start(temporary.resolve("data"))) {
            Outcome scenario = run(
                    home,
                    180,
                    "node",
                    "scenario.js",
                    "127.0.0.1:" + server.port(),
                    vectors.toString(),
                    labels.toString());
            assertThat(scenario.exit()).as(scenario.output()).isZero();
            assertThat(scenario.output()).contains("the scenario passed");
        }
    }

    private static byte[] bytes(float[][] vectors) {
        ByteBuffer buffer =
                ByteBuffer.allocate(4 * vectors.length * Words.DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            for (float value : vector) {
                buffer.putFloat(value);
            }
        }
        return buffer.array();
    }

    private static boolean isThere(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private record Outcome(int exit, String output) {}

    private Outcome run(Path directory, int seconds, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temporary, "node", ".out");
        Process process = new ProcessBuilder(List.of(command))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Outcome(-1, "did not end in " + seconds + " s:\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
