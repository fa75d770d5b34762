package org.elanus.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.RunningServer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import picocli.CommandLine.Mixin;

/** The management port of the server that runs on the data directory, and whom a command calls it as. */
final class ManagementPort {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final CredentialOption credential = new CredentialOption();

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
        credential.signIn(request);
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "the server at " + address + " does not answer: " + e, e);
        }
    }

    /** Prints an answer that is no success, for people; the exit code of the command. */
    static int failed(HttpResponse<String> answer) {
        System.err.println("elanus: " + answer.body().strip() + CredentialOption.hint(answer.statusCode()));
        return 1;
    }
}
