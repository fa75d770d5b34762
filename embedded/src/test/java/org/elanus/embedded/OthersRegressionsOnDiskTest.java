package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.elanus.spi.database.IndexInfo;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bugs of other vector databases in which files were damaged or missing, against the shipped log, metadata and storage. */
class OthersRegressionsOnDiskTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temporary;

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static List<Path> filesBelow(Path directory, String namePart) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> directory.relativize(file).toString().contains(namePart))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    @Test
    @DisplayName("qdrant 3090: the log was unreadable after a power cut")
    void logWithATornEndIsReadUpToTheLastAcknowledgedRecord() throws IOException {
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = Elanus.embedded().dataDirectory(data).open()) {
            Words.create(database);
            Words.insert(database, 0, 100);
            database.flush(Words.CONTEXT, "words");
            for (int key = 100; key < 120; key++) {
                Words.insert(database, key, 1);
            }
            for (int image = 0; image < 3; image++) {
                copy(data, temporary.resolve("image" + image)); // what a power cut leaves at this moment
            }
        }
        for (int image = 0; image < 3; image++) {
            Path cut = temporary.resolve("image" + image);
            for (Path file : filesBelow(cut.resolve("wal-local"), "")) {
                byte[] whole = Files.readAllBytes(file);
                if (whole.length < 512) {
                    continue;
                }
                byte[] torn = switch (image) {
                    case 0 -> new byte[4096];
                    case 1 -> java.util.Arrays.copyOfRange(whole, whole.length - 300, whole.length - 40);
                    default ->
                        "neither a record nor zeros".repeat(40).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                };
                Files.write(file, torn, StandardOpenOption.APPEND);
            }
            for (int round = 0; round < 2; round++) {
                try (EmbeddedDatabase database =
                        Elanus.embedded().dataDirectory(cut).open()) {
                    assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(120 + round);
                    assertThat(Words.nearest(database, 119)).isEqualTo(119);
                    Words.insert(database, 500, 1);
                }
            }
        }
    }

    @Test
    @DisplayName(
            "chroma 1.5: an index was rebuilt from a log that had been purged, and 47,099 of 347,000 rows were gone")
    void lostIndexIsRebuiltFromTheSegmentsAndNotFromTheLog() throws IOException, InterruptedException {
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = Elanus.embedded().dataDirectory(data).open()) {
            Words.create(database);
            for (int from = 0; from < 3_000; from += 500) {
                Words.insert(database, from, 500);
            }
            database.flush(Words.CONTEXT, "words"); // the log is truncated behind it
            awaitIndex(database);
        }
        List<Path> index = filesBelow(data.resolve("storage-local"), "index");
        assertThat(index).isNotEmpty();
        for (Path file : index) {
            Files.delete(file);
        }
        try (EmbeddedDatabase database = Elanus.embedded().dataDirectory(data).open()) {
            for (int round = 0; round < 2; round++) {
                assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(3_000);
                for (int key = 0; key < 3_000; key += 97) {
                    assertThat(Words.nearest(database, key)).isEqualTo(key);
                }
                awaitIndex(database);
            }
        }
        assertThat(filesBelow(data.resolve("storage-local"), "index")).isNotEmpty();
    }

    private static void awaitIndex(EmbeddedDatabase database) throws InterruptedException {
        long latest = System.nanoTime() + PATIENCE.toNanos();
        while (database.indexes(Words.CONTEXT, "words").getFirst().state() != IndexInfo.State.FINISHED) {
            assertThat(System.nanoTime()).as("the index is not built in time").isLessThan(latest);
            Thread.sleep(20);
        }
    }
}
