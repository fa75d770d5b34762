package org.elanus.dist;

import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.client.RetryConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The shipped distribution running as a process of its own, on free ports of the loopback interface. */
final class ServerProcess implements AutoCloseable {

    static final Path HOME = Path.of(System.getProperty("elanus.home"));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final int port;
    private final int managementPort;
    private final Path log;
    private final String readyLine;

    private ServerProcess(Process process, int port, int managementPort, Path log, String readyLine) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
        this.log = log;
        this.readyLine = readyLine;
    }

    /** Starts a server and waits until it says that it is ready. */
    static ServerProcess start(Path data, String... more) {
        return start(data, Map.of(), more);
    }

    static ServerProcess start(Path data, Map<String, String> environment, String... more) {
        return startFrom(HOME, data, environment, more);
    }

    /** As {@link #start}, from another distribution. */
    static ServerProcess startFrom(Path home, Path data, Map<String, String> environment, String... more) {
        int port = freePort();
        int managementPort = freePort();
        List<String> command = new ArrayList<>(List.of(
                home.resolve("bin/elanus").toString(),
                "serve",
                "--data",
                data.toString(),
                "--port",
                Integer.toString(port),
                "--management-port",
                Integer.toString(managementPort)));
        command.addAll(List.of(more));
        try {
            Path log = Files.createTempFile("elanus-server", ".log");
            log.toFile().deleteOnExit();
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            String ready = awaitReady(process, log);
            return new ServerProcess(process, port, managementPort, log, ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server and kills it after so many milliseconds, ready or not. */
    static void startAndKill(Path data, long millis) {
        List<String> command = List.of(
                HOME.resolve("bin/elanus").toString(),
                "serve",
                "--data",
                data.toString(),
                "--port",
                "0",
                "--management-port",
                "0");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String awaitReady(Process process, Path log) throws IOException {
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("ready")) {
                        ready.complete(line);
                    }
                }
                ready.completeExceptionally(new IllegalStateException("the server ended before it was ready"));
            } catch (IOException e) {
                ready.completeExceptionally(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        try {
            return ready.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | java.util.concurrent.ExecutionException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e + "; log:\n" + Files.readString(log), e);
        }
    }

    /** Runs a command of bin/elanus to its end. */
    static Result run(String... arguments) {
        return runFrom(HOME, arguments);
    }

    /** As {@link #run}, from another distribution. */
    static Result runFrom(Path home, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/elanus").toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("elanus", ".out");
            Path error = Files.createTempFile("elanus", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(error.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end; " + Files.readString(error));
            }
            Result result = new Result(process.exitValue(), Files.readString(output), Files.readString(error));
            Files.delete(output);
            Files.delete(error);
            return result;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    record Result(int exit, String output, String error) {}

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    String readyLine() {
        return readyLine;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Process process() {
        return process;
    }

    /** A client that reports the first failure instead of trying again. */
    MilvusClientV2 connect() {
        MilvusClientV2 client = new MilvusClientV2(ConnectConfig.builder()
                .uri("http://127.0.0.1:" + port)
                .connectTimeoutMs(20_000)
                .rpcDeadlineMs(60_000)
                .build());
        client.retryConfig(RetryConfig.builder().maxRetryTimes(1).build());
        return client;
    }

    HttpResponse<String> get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** SIGTERM. @return the exit code */
    int stop() {
        process.destroy();
        return awaitExit();
    }

    private int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not end; log:\n" + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }
}
