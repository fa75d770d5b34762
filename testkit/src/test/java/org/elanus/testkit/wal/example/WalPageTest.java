package org.elanus.testkit.wal.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/wal.md shows the log that {@link FilesWalTest} certifies, without packages and imports. */
class WalPageTest {

    private static final Path SOURCES = Path.of("src/test/java/org/elanus/testkit/wal/example");

    @Test
    void pageShowsTheCodeThatIsTested() throws IOException {
        String page = Files.readString(Path.of("../docs/wal.md"));
        for (String type : List.of(
                "FilesWalPlugin",
                "FilesWalOpener",
                "FilesWal",
                "FilesWalReader",
                "FilesWalScanner",
                "RecordFiles",
                "FilesWalTest")) {
            String source = Files.readString(SOURCES.resolve(type + ".java"));
            String shown = source.substring(source.indexOf("/**"));
            assertThat(page)
                    .as("docs/wal.md shows %s.java as it is", type)
                    .contains("```java\n" + shown + "```");
        }
    }
}
