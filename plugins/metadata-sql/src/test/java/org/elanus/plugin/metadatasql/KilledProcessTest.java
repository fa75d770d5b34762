package org.elanus.plugin.metadatasql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataTransaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class KilledProcessTest {

    private static final int ROUNDS = 4;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void acknowledgedCommitsSurviveKill() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Path file = directory.resolve("metadata.db");
        for (int round = 1; round <= ROUNDS; round++) {
            long acknowledged = commitUntilKilled(file, random.nextInt(1, 150));
            try (SqlMetadataStore store = open(file)) {
                List<MetadataEntry> entries = store.list("left/");
                assertThat(entries.size()).as("round %d", round).isGreaterThanOrEqualTo((int) acknowledged);
                // Both halves of every transaction, or none; one revision each; no gap.
                assertThat(store.list("right/")).hasSameSizeAs(entries);
                assertThat(store.revision()).isEqualTo(entries.size());
                for (int i = 0; i < entries.size(); i++) {
                    assertThat(entries.get(i).revision()).isEqualTo(i + 1);
                }
            }
        }
    }

    private static SqlMetadataStore open(Path file) {
        return SqlMetadataStore.open(
                new SqliteEngine(SqliteEngine.PREFIX + file, Duration.ofSeconds(5)),
                1,
                new HostThreads(),
                closed -> {});
    }

    /** Returns the last revision that the process said was committed before it was killed. */
    private static long commitUntilKilled(Path file, int commits) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Committer.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        long last = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("committed ")) {
                    last = Long.parseLong(line.substring("committed ".length()));
                    // What is still in the pipe was said before the kill, and counts as well.
                    if (++seen == commits) {
                        // By its handle: by itself, the process would close its output as well.
                        process.toHandle().destroyForcibly();
                    }
                } else if (!line.startsWith("WARNING") && !line.startsWith("SLF4J")) {
                    System.out.println("child: " + line);
                }
            }
            assertThat(seen).isGreaterThanOrEqualTo(commits);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return last;
    }

    /** Commits pairs of entries and says so, until it is killed. */
    static final class Committer {
        public static void main(String[] arguments) {
            SqlMetadataStore store = open(Path.of(arguments[0]));
            byte[] value = new byte[2_000];
            while (true) {
                String number = "%08d".formatted(store.revision() + 1);
                long revision = store.commit(MetadataTransaction.builder()
                        .put("left/" + number, value)
                        .put("right/" + number, value)
                        .build());
                System.out.println("committed " + revision);
            }
        }
    }
}
