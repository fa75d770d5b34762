package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as it is shipped, run as a process. */
class DistributionIT {

    private static final Path HOME = Path.of(System.getProperty("elanus.home"));

    @TempDir
    private Path temporary;

    @Test
    void versionIsPrintedThroughALinkInADirectoryWithSpaces() throws IOException, InterruptedException {
        Path link = Files.createDirectory(temporary.resolve("with some spaces")).resolve("elanus");
        Files.createSymbolicLink(link, HOME.resolve("bin/elanus"));

        Process process = new ProcessBuilder(List.of(link.toString(), "version"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output.strip())
                .contains(Files.readString(HOME.resolve("VERSION")).strip());
        Files.delete(link);
    }

    @Test
    void configurationPageIsUpToDate() throws IOException {
        ServerProcess.Result printed = ServerProcess.run("config", "reference");

        assertThat(printed.exit()).as(printed.error()).isZero();
        assertThat(Path.of(System.getProperty("elanus.source"), "docs", "configuration.md"))
                .as("made by: bin/elanus config reference > docs/configuration.md")
                .content()
                .isEqualTo(printed.output());
    }

    @Test
    void clientRunsWithTheLibrariesItWasPublishedWith() {
        Path protobuf = Path.of(com.google.protobuf.Message.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());

        assertThat(protobuf.getFileName()).hasToString("protobuf-java-3.25.5.jar");
    }
}
