package org.elanus.plugin.wallocal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.elanus.plugin.wallocal.LocalWalTest.assertCode;
import static org.elanus.plugin.wallocal.LogFixture.append;
import static org.elanus.plugin.wallocal.LogFixture.open;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.read;
import static org.elanus.plugin.wallocal.LogFixture.readAll;
import static org.elanus.plugin.wallocal.LogFixture.settings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.Wal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own writes the log and is killed. */
@Timeout(120)
class LogKillTest {

    private static final int SEGMENT = 64 << 10;

    @TempDir
    Path directory;

    @Test
    void acknowledgedRecordsSurviveKillsAndTheChannelIsTakenOverAtOnce() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kill test, seed " + seed);
        Random random = new Random(seed);
        LogSettings settings = settings(new LocalFiles(), directory, SEGMENT);
        int known = 0;
        for (int kill = 0; kill < 3; kill++) {
            Process process = appender();
            try (BufferedReader acknowledged =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                int wanted = known + 200 + random.nextInt(800);
                int last = known - 1;
                while (last < wanted) {
                    last = Integer.parseInt(acknowledged.readLine());
                }
                try (LocalWalOpener opener = opener(settings)) {
                    assertCode(StandardErrorCode.ALREADY_IN_USE, () -> open(opener));
                }
                // Reading beside the process that writes sees at least what is acknowledged.
                assertThat(readAll(settings)).hasSizeGreaterThan(last);
                // Through the handle, since Process would close the stream that is still to be read.
                process.toHandle().destroyForcibly();
                process.waitFor();
                for (String line = acknowledged.readLine(); line != null; line = acknowledged.readLine()) {
                    last = line.isEmpty() ? last : Math.max(last, Integer.parseInt(line));
                }
                known = last + 1;
            } finally {
                process.destroyForcibly();
            }
            try (LocalWalOpener opener = opener(settings);
                    Wal wal = open(opener)) {
                List<String> found = read(wal, DeliverPolicy.EARLIEST);
                assertThat(found).hasSizeGreaterThanOrEqualTo(known);
                assertThat(found)
                        .isEqualTo(IntStream.range(0, found.size())
                                .mapToObj(Appender::text)
                                .toList());
                known = found.size();
            }
            assertThat(readAll(settings)).hasSize(known);
        }
    }

    @Test
    void aStoppedProcessKeepsItsChannelAndADeadOneLosesItWithinASecond() throws Exception {
        LogSettings settings = settings(new LocalFiles(), directory, SEGMENT);
        long limit = 1_000_000_000L;
        long fastest = Long.MAX_VALUE;
        // A busy machine may delay each take-over; it gets more attempts to show that none waits for a time to pass.
        for (int kill = 0; kill < 3 || kill < 10 && fastest >= limit; kill++) {
            Process process = appender();
            try (BufferedReader acknowledged =
                            new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
                    LocalWalOpener opener = opener(settings)) {
                int last = Integer.parseInt(acknowledged.readLine());
                signal(process, "STOP");
                // Stopped, it cannot answer, and time alone does not take the channel from it.
                for (int attempt = 0; attempt < 20; attempt++) {
                    assertCode(StandardErrorCode.ALREADY_IN_USE, () -> open(opener));
                    Thread.sleep(20);
                }
                if (kill % 2 == 0) {
                    signal(process, "CONT");
                    for (int more = 0; more < 100; more++) {
                        last = Integer.parseInt(acknowledged.readLine());
                    }
                    signal(process, "STOP");
                }
                process.toHandle().destroyForcibly();
                process.waitFor();
                long dead = System.nanoTime();
                try (Wal wal = open(opener)) {
                    append(wal, Appender.text(read(wal, DeliverPolicy.EARLIEST).size()));
                    fastest = Math.min(fastest, System.nanoTime() - dead);
                    assertThat(read(wal, DeliverPolicy.EARLIEST)).hasSizeGreaterThan(last + 1);
                }
            } finally {
                // Also ends one that is stopped.
                process.destroyForcibly();
            }
        }
        System.out.printf("take-over after a kill: %,d µs%n", fastest / 1000);
        assertThat(fastest).isLessThan(limit);
    }

    private Process appender() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appender.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Appends numbered records behind what is there, and prints each number once it is durable. */
    static final class Appender {

        static String text(int number) {
            return number + ":" + "x".repeat(number % 300);
        }

        public static void main(String[] arguments) {
            try (LocalWalOpener opener = opener(settings(new LocalFiles(), Path.of(arguments[0]), SEGMENT));
                    Wal wal = open(opener)) {
                int number = read(wal, DeliverPolicy.EARLIEST).size();
                // Its reader may have ended without ending it.
                while (!System.out.checkError()) {
                    append(wal, text(number));
                    System.out.println(number++);
                }
            }
        }
    }
}
