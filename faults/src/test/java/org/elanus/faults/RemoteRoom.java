package org.elanus.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A {@link RoomProcess} as the test sees it. Keeps every line that it says. */
final class RemoteRoom implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 90;

    private final String name;
    private final Process process;
    private final Process watch;
    private final PrintStream input;
    private final List<String> lines = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition said = lock.newCondition();
    private boolean ended;

    RemoteRoom(String name, Path metadata, String kind, Path directory, Map<String, String> settings)
            throws IOException {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RoomProcess.class.getName(),
                name,
                metadata.toString(),
                kind,
                directory.toString()));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve(name + ".err").toFile())
                .start();
        // A stopped process would outlive the test's: the shell kills it as soon as the pipe to the test breaks.
        watch = new ProcessBuilder(
                        "sh",
                        "-c",
                        "trap '' HUP INT TERM; while read -r line; do :; done; kill -9 \"$0\"",
                        Long.toString(process.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("lines-of-" + name).start(this::listen);
        await(0, line -> line.startsWith("ready "));
    }

    private void listen() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lock.lock();
                try {
                    lines.add(line);
                    said.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        } catch (IOException e) {
            // It ended.
        } finally {
            lock.lock();
            try {
                ended = true;
                said.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    String name() {
        return name;
    }

    /** How many lines it has said: what it says to a command comes behind them. */
    int mark() {
        lock.lock();
        try {
            return lines.size();
        } finally {
            lock.unlock();
        }
    }

    int send(String command) {
        int mark = mark();
        input.println(command);
        return mark;
    }

    /** The first fitting line behind a mark, waiting for it. */
    String await(int mark, Predicate<String> fits) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        lock.lock();
        try {
            int next = mark;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (fits.test(lines.get(next))) {
                        return lines.get(next);
                    }
                }
                long left = end - System.nanoTime();
                if (ended || left <= 0) {
                    throw new AssertionError("process " + name + (ended ? " has ended" : " did not answer") + " after "
                            + lines.subList(Math.max(0, lines.size() - 10), lines.size()));
                }
                said.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    /** Sends a command about a channel and waits for the line that ends with one of the given words in front. */
    String call(String command, String channel, String... answers) {
        int mark = send(command);
        return await(mark, line -> {
            for (String answer : answers) {
                if (line.equals(answer + " " + channel) || line.startsWith(answer + " " + channel + " ")) {
                    return true;
                }
            }
            return false;
        });
    }

    /** All lines about a channel that begin with a word. */
    List<String> said(String word, String channel) {
        lock.lock();
        try {
            return lines.stream()
                    .filter(line -> line.startsWith(word + " " + channel + " "))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what it said; nothing is awaited. */
    void forget() {
        lock.lock();
        try {
            lines.clear();
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill " + signal + " of process " + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        watch.destroyForcibly();
        process.destroyForcibly();
        @Nullable Integer exit = null;
        try {
            exit = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (exit == null) {
            throw new AssertionError("process " + name + " does not end");
        }
    }
}
