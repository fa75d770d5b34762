package org.elanus.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChildServerTest {

    @Test
    void aChildDiesWithItsParentEvenWhenHalted() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SleepingServer.class.getName(),
                        "parent")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            assertThat(line).startsWith("child ");
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(line.substring(6))).orElseThrow();
            parent.destroyForcibly();
            child.onExit().get(60, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aKilledChildStartsAgainAndItsDirectoryGoesWithIt() {
        Path directory;
        try (SleepingServer server = new SleepingServer()) {
            server.start();
            long first = server.pid();
            directory = server.directory();
            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(server.isAlive()).isTrue();
            assertThat(server.pid()).isNotEqualTo(first);
        }
        assertThat(Files.exists(directory)).isFalse();
    }

    @Test
    void aChildThatEndedByItselfLeavesNoWatchBehindWhenStartedAgain() throws Exception {
        try (SleepingServer server = new SleepingServer()) {
            server.start();
            long first = server.pid();
            assertThat(watches(first)).isEqualTo(1);
            ProcessHandle child = ProcessHandle.of(first).orElseThrow();
            child.destroyForcibly();
            child.onExit().get(60, TimeUnit.SECONDS);
            while (server.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            server.start();
            assertThat(watches(first)).isZero();
            assertThat(watches(server.pid())).isEqualTo(1);
        }
    }

    private static long watches(long pid) {
        return ProcessHandle.current()
                .children()
                .filter(each -> List.of(each.info().arguments().orElse(new String[0])).contains(Long.toString(pid)))
                .count();
    }

    @Test
    void whatAChildThatDoesNotStartHasSaidStandsInTheError() {
        class Broken extends ChildServer {
            Broken() {
                super("broken");
            }

            @Override
            protected Launch launch() {
                return new Launch(List.of(), "nowhere", "no.such.Main", List.of());
            }

            @Override
            protected boolean ready() {
                return false;
            }
        }
        try (Broken server = new Broken()) {
            assertThat(catchThrowable(server::start))
                    .hasMessageContaining("the broken server ended with exit code 1")
                    .hasMessageContaining("no.such.Main");
        }
    }
}
