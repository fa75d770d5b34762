package org.elanus.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.RunningServer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The management port of the server that runs on the data directory, and whom a command calls it as. */
final class ManagementPort {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int LONGEST_CREDENTIAL = 64 << 10;

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Option(
            names = "--credential-file",
            paramLabel = "FILE",
            description = "Holds user:password, an API key or a token to sign in with, where the server asks for one."
                    + " A file, because others see what stands on a command line.")
    private @Nullable Path credential;

    /**
     * Sends a request and gives its answer.
     *
     * @param method of HTTP
     * @param target path and query
     * @param body empty for none
     * @throws ElanusException NOT_READY when no server runs there or none answers
     */
    HttpResponse<String> send(String method, String target, String body) throws InterruptedException {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        Path data = configuration.core().data().directory();
        String address = RunningServer.find(data, seams.files())
                .flatMap(RunningServer::management)
                .map(ServeCommand::reachable)
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.NOT_READY,
                        "no server with a management port runs on "
                                + data.toAbsolutePath().normalize() + "; name its data directory by --data"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address + target))
                .timeout(PATIENCE)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        credential().ifPresent(text -> request.header("Authorization", "Bearer " + text));
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "the server at " + address + " does not answer: " + e, e);
        }
    }

    private Optional<String> credential() {
        Path file = credential;
        if (file == null) {
            return Optional.empty();
        }
        try {
            byte[] bytes;
            try (var stream = Files.newInputStream(file)) {
                bytes = stream.readNBytes(LONGEST_CREDENTIAL);
            }
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw ElanusException.invalid("%s holds no credential: write one line of ASCII", file);
            }
            return Optional.of(text);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, file + " cannot be read: " + e, e);
        }
    }

    /** Prints an answer that is no success, for people; the exit code of the command. */
    static int failed(HttpResponse<String> answer) {
        System.err.println("elanus: " + answer.body().strip()
                + (answer.statusCode() == 401 ? "; name a file with your credential by --credential-file" : ""));
        return 1;
    }
}
