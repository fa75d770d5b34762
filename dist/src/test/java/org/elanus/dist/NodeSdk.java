package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The official Node SDK, unmodified, which npm fetches into {@code target}; runs scripts of the tests' resources with it. */
final class NodeSdk {

    /** The newest when this was written; a fixed one keeps the build the same tomorrow. */
    private static final String SDK = "@zilliz/milvus2-sdk-node@3.0.6";

    private final Path home;
    private final Path temporary;

    private NodeSdk(Path home, Path temporary) {
        this.home = home;
        this.temporary = temporary;
    }

    /** Skips the test where node or npm are missing, unless they are required. */
    static NodeSdk install(Path temporary) throws Exception {
        boolean required = "all".equals(System.getProperty("elanus.require"));
        boolean there = isThere("node") && isThere("npm");
        Assumptions.assumeTrue(there || required, "skipped: install node and npm to include it");
        assertThat(there).as("node and npm are installed").isTrue();

        Path home = ServerProcess.HOME.resolveSibling("node-sdk");
        Files.createDirectories(home);
        NodeSdk sdk = new NodeSdk(home, temporary);
        if (!Files.exists(home.resolve("installed-" + SDK.replace('/', '-')))) {
            Files.writeString(home.resolve("package.json"), "{\"private\": true}");
            Outcome installed = sdk.run(300, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", SDK);
            Assumptions.assumeTrue(
                    installed.exit() == 0 || required,
                    "skipped: npm cannot install " + SDK + " here: " + installed.output());
            assertThat(installed.exit()).as(installed.output()).isZero();
            Files.writeString(home.resolve("installed-" + SDK.replace('/', '-')), "");
        }
        return sdk;
    }

    /** Runs a script to its end. */
    Outcome run(String script, String... arguments) throws IOException, InterruptedException {
        Files.copy(
                Path.of(System.getProperty("elanus.source")).resolve("dist/src/test/resources/node/" + script),
                home.resolve(script),
                StandardCopyOption.REPLACE_EXISTING);
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return run(180, command.toArray(String[]::new));
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

    record Outcome(int exit, String output) {}

    private Outcome run(int seconds, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(temporary, "node", ".out");
        Process process = new ProcessBuilder(List.of(command))
                .directory(home.toFile())
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
