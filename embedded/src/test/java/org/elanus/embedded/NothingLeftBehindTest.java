package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc")
class NothingLeftBehindTest {

    @TempDir
    private Path temporary;

    @Test
    void closingLeavesNoThreadFileOrMapping() {
        // The first round loads classes and libraries, which stay.
        useAndClose(temporary.resolve("warm-up"));
        Set<String> threads = threads();

        useAndClose(temporary.resolve("measured"));

        await().pollInSameThread().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(openFiles()).isEmpty();
            assertThat(mappings()).isEmpty();
            assertThat(threads()).isSubsetOf(threads);
        });
    }

    private static void useAndClose(Path directory) {
        try (EmbeddedDatabase database =
                Elanus.embedded().dataDirectory(directory).open()) {
            Words.create(database);
            Words.insert(database, 0, 3000);
            database.flush(Words.CONTEXT, "words");
            Words.insert(database, 3000, 10);
            assertThat(Words.nearest(database, 2000)).isEqualTo(2000);
        }
    }

    private Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(NothingLeftBehindTest::target)
                    .filter(this::ours)
                    .toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private List<String> mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(this::ours)
                .toList();
    }

    private boolean ours(String text) {
        return text.contains(temporary.toString());
    }
}
