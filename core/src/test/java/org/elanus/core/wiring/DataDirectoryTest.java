package org.elanus.core.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    private final Seams seams = Seams.system();

    @TempDir
    private Path temporary;

    @Test
    void missingDirectoryIsCreated() {
        Path path = temporary.resolve("a/b");

        try (DataDirectory directory = DataDirectory.open(path, seams)) {
            assertThat(directory.path()).isEqualTo(path).isDirectory();
        }
    }

    @Test
    void secondOwnerIsRefusedWithDirectoryAndProcess() {
        try (DataDirectory _ = DataDirectory.open(temporary, seams)) {
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> DataDirectory.open(temporary, seams))
                    .withMessageContaining(temporary.toString())
                    .withMessageContaining("pid " + ProcessHandle.current().pid())
                    .matches(e -> e.code() == StandardErrorCode.ALREADY_IN_USE);
        }
    }

    @Test
    void removingTheVisibleFileDoesNotLetASecondOwnerIn() throws IOException {
        try (DataDirectory _ = DataDirectory.open(temporary, seams)) {
            Files.delete(temporary.resolve(DataDirectory.LOCK_FILE));

            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> DataDirectory.open(temporary, seams))
                    .matches(e -> e.code() == StandardErrorCode.ALREADY_IN_USE);
        }
    }

    @Test
    void closedDirectoryCanBeTakenAgain() {
        DataDirectory.open(temporary, seams).close();

        try (DataDirectory directory = DataDirectory.open(temporary, seams)) {
            directory.close();
            assertThat(temporary.resolve(DataDirectory.LOCK_FILE)).doesNotExist();
        }
    }

    @Test
    void leftoverOfADeadServerDoesNotMatter() throws IOException {
        Files.writeString(temporary.resolve(DataDirectory.LOCK_FILE), "{\"pid\": 1, \"started\": 5}");
        Files.createFile(temporary.resolve(DataDirectory.GUARD_FILE));

        try (DataDirectory _ = DataDirectory.open(temporary, seams)) {
            assertThat(RunningServer.find(temporary, seams.files())
                            .orElseThrow()
                            .pid())
                    .isEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void announcedAddressesAreFound() throws IOException {
        Map<String, List<String>> clients = Map.of("milvus", List.of("127.0.0.1:19530", "[::1]:19530"));

        try (DataDirectory directory = DataDirectory.open(temporary, seams)) {
            assertThat(RunningServer.find(temporary, seams.files())
                            .orElseThrow()
                            .management())
                    .isEmpty();
            directory.announce(Optional.of("127.0.0.1:9091"), clients);

            RunningServer server = RunningServer.find(temporary, seams.files()).orElseThrow();
            assertThat(server.management()).contains("127.0.0.1:9091");
            assertThat(server.clients()).isEqualTo(clients);
            assertThat(server.started()).isPositive();
        }
        assertThat(RunningServer.find(temporary, seams.files())).isEmpty();
    }

    @Test
    void contentThatIsNotOursIsNoServer() throws IOException {
        Files.writeString(temporary.resolve(DataDirectory.LOCK_FILE), "not json");

        assertThat(RunningServer.find(temporary, seams.files())).isEmpty();
    }

    @Test
    void oddTextSurvivesTheWayThroughTheFile() {
        RunningServer server = new RunningServer(7, 8, Optional.of("a\"b\\c\n\u00e4"), Map.of("\"", List.of("\t")));

        assertThat(RunningServer.parse(server.json())).isEqualTo(server);
    }

    @Test
    void fileInPlaceOfTheDirectoryIsNamed() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> DataDirectory.open(file, seams))
                .withMessageContaining(file.toString());
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> DataDirectory.open(file.resolve("below"), seams))
                .withMessageContaining("the data directory " + file.resolve("below"));
    }
}
