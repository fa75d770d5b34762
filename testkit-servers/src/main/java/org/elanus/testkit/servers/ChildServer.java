package org.elanus.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server in a JVM of its own. It can be stopped, killed, paused and started again on the same data and ports. It ends
 * with the JVM that started it, however that one ends, even while paused: a watching shell kills it as soon as the pipe
 * to its parent breaks. Its output goes to {@link #logFile()}; what fails here says its last lines. Not safe for use by
 * many threads at once.
 */
public abstract class ChildServer implements AutoCloseable {

    /** What to run: {@code java <options> -cp <class path> <main class> <arguments>}. */
    protected record Launch(List<String> options, String classPath, String mainClass, List<String> arguments) {
        public Launch {
            options = List.copyOf(options);
            arguments = List.copyOf(arguments);
        }
    }

    private static final Duration START_PATIENCE = Duration.ofSeconds(180);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN_LINES = 80;

    private final String name;
    private final Path directory;
    private final Thread hook;
    private @Nullable Process process;
    private @Nullable Process watch;
    private long logStart;
    private boolean closed;

    /** @param name in lower case, for messages and the names of files */
    protected ChildServer(String name) {
        this.name = name;
        try {
            this.directory = Files.createTempDirectory("elanus-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.hook = new Thread(this::remove, "end-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What runs the server. Called at each start. */
    protected abstract Launch launch() throws IOException;

    /** Whether the server that was started answers. Asked again and again until it does. */
    protected abstract boolean ready() throws IOException, InterruptedException;

    /** Where the server keeps everything; deleted when it is closed. */
    public final Path directory() {
        return directory;
    }

    /** What the server has written to its output, over all its starts. */
    public final Path logFile() {
        return directory.resolve(name + ".log");
    }

    /** What the server has written since it was last started. */
    public final String logSinceStart() {
        try {
            byte[] all = Files.readAllBytes(logFile());
            int from = (int) Math.min(logStart, all.length);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of the output, for messages. */
    public final String logTail() {
        List<String> lines = logSinceStart().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }

    /** Whether its process lives; a paused one does. */
    public final boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** The id of its process. */
    public final long pid() {
        return running().pid();
    }

    /** Starts it and waits until it is ready. */
    public final void start() {
        begin();
        awaitReady();
    }

    /** As {@link #start()}, without waiting: {@link #awaitReady()} does. */
    public final void begin() {
        if (closed) {
            throw new IllegalStateException("the " + name + " server is closed");
        }
        if (isAlive()) {
            throw new IllegalStateException("the " + name + " server runs already");
        }
        // One that ended by itself has left its shell behind.
        unwatch();
        try {
            Path log = logFile();
            logStart = Files.exists(log) ? Files.size(log) : 0;
            Process started = spawn(launch()).start();
            process = started;
            watch = watch(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it is ready. */
    public final void awaitReady() {
        await(START_PATIENCE, "was not ready", () -> {
            if (!isAlive()) {
                throw new IllegalStateException("the " + name + " server ended with exit code "
                        + running().exitValue() + "; its output:\n" + logTail());
            }
            try {
                return ready();
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
    }

    /** Asks it to end and waits until it has. */
    public final void stop() {
        Process running = process;
        if (running != null && running.isAlive()) {
            unwatch();
            running.destroy();
            await(STOP_PATIENCE, "did not stop", () -> !running.isAlive());
        }
    }

    /** Ends it in the middle of whatever it does, as {@code kill -9}. */
    public final void kill() {
        unwatch();
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await(STOP_PATIENCE, "survived being killed", () -> !running.isAlive());
        }
    }

    /** Starts it again on the same data and ports, after stopping it when it runs. */
    public final void restart() {
        stop();
        start();
    }

    /** Halts it where it is (SIGSTOP): its connections stay, and nothing answers. */
    public final void pause() {
        signal("STOP");
    }

    /** Lets a halted server go on. */
    public final void resume() {
        signal("CONT");
    }

    /** Kills it and deletes its directory. Calling it again has no effect. */
    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM ends, and the hook does this work.
                return;
            }
            remove();
        }
    }

    /**
     * Runs a program of the server to its end.
     *
     * @throws IllegalStateException with its output when its exit code is not 0
     */
    protected final void run(Launch program) throws IOException {
        Process running = spawn(program).start();
        try {
            await(START_PATIENCE, "did not finish " + program.mainClass(), () -> !running.isAlive());
        } finally {
            running.destroyForcibly();
        }
        if (running.exitValue() != 0) {
            throw new IllegalStateException("%s of the %s server ended with exit code %d; its output:%n%s"
                    .formatted(program.mainClass(), name, running.exitValue(), logTail()));
        }
    }

    private ProcessBuilder spawn(Launch what) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(what.options());
        command.addAll(List.of("-cp", what.classPath(), what.mainClass()));
        command.addAll(what.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        // Options meant for the tests' JVM are not meant for the server's.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH"));
        return builder;
    }

    private static Process watch(Process started) throws IOException {
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "trap '' HUP INT TERM; while read -r line; do :; done; kill -9 \"$0\"",
                        Long.toString(started.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Before the process ends, so that the shell cannot hit another one that was given its id. */
    private void unwatch() {
        Process watching = watch;
        watch = null;
        if (watching != null) {
            watching.destroyForcibly();
            await(STOP_PATIENCE, "kept its watching shell", () -> !watching.isAlive());
        }
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -" + signal + " of the " + name + " server failed: "
                        + new String(kill.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Process running() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("the " + name + " server was not started");
        }
        return running;
    }

    private void await(Duration patience, String failure, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the " + name + " server " + failure + " within " + patience.toSeconds()
                        + " s; its output:\n" + logTail());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for a server", e);
    }

    private void remove() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // A temporary directory; nothing depends on it.
        }
    }
}
