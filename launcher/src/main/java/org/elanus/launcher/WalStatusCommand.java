package org.elanus.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.OfflineLog;
import org.elanus.core.wiring.RunningServer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elanus wal status}. */
@Command(
        name = "status",
        description = {
            "Tells which log the database is in, and how its channels stand: asks the server that runs on the data",
            "directory, or reads the metadata when none does."
        },
        mixinStandardHelpOptions = true)
final class WalStatusCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final CredentialOption credential = new CredentialOption();

    @Option(names = "--json", description = "Prints JSON instead of text; only of a running server.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        Path data = configuration.core().data().directory();
        try {
            System.out.print(OfflineLog.status(configuration, seams));
            return 0;
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.ALREADY_IN_USE) {
                throw e;
            }
            String address = RunningServer.find(data, seams.files())
                    .flatMap(RunningServer::management)
                    .orElseThrow(() -> e);
            return ask(ServeCommand.reachable(address));
        }
    }

    private int ask(String address) throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address + "/wal" + (json ? "?format=json" : "")))
                    .timeout(PATIENCE);
            credential.signIn(request);
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                System.out.println(answer.body().stripTrailing());
                return 0;
            }
            System.err.println("elanus: " + answer.body().strip() + CredentialOption.hint(answer.statusCode()));
        } catch (IOException e) {
            System.err.println("elanus: the server at " + address + " does not answer: " + e);
        }
        return 1;
    }
}
