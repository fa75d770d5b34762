package org.elanus.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.RunningServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elanus explain}. */
@Command(
        name = "explain",
        description = {
            "Asks the server that runs on the data directory how a filter finds its rows.",
            "The filter runs: rows and times are those of this run."
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final CredentialOption credential = new CredentialOption();

    @Option(names = "--collection", required = true, paramLabel = "NAME", description = "The collection.")
    private String collection = "";

    @Option(names = "--filter", paramLabel = "FILTER", description = "The filter; every row when not given.")
    private String filter = "";

    @Option(names = "--database", paramLabel = "NAME", description = "The collection's database; default if not given.")
    private String database = "default";

    @Option(names = "--partition", paramLabel = "NAME", description = "Reads this partition only. May be repeated.")
    private List<String> partitions = List.of();

    @Option(
            names = "--vector-field",
            paramLabel = "NAME",
            description = "Tells as well how this field would be searched under the filter.")
    private String vectorField = "";

    @Option(names = "--limit", paramLabel = "N", description = "Hits of that search; 10 if not given.")
    private int limit = 10;

    @Option(names = "--json", description = "Prints JSON instead of text.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        Path data = configuration.core().data().directory();
        String address = RunningServer.find(data, seams.files())
                .flatMap(RunningServer::management)
                .orElse(null);
        if (address == null) {
            System.err.println("elanus: no server with a management port runs on "
                    + data.toAbsolutePath().normalize() + "; name its data directory by --data");
            return 1;
        }
        return ask(ServeCommand.reachable(address));
    }

    private int ask(String address) throws InterruptedException {
        StringBuilder target = new StringBuilder("http://" + address + "/explain?collection=" + encoded(collection)
                + "&database=" + encoded(database) + "&filter=" + encoded(filter) + "&limit=" + limit);
        partitions.forEach(partition -> target.append("&partition=").append(encoded(partition)));
        if (!vectorField.isEmpty()) {
            target.append("&vector_field=").append(encoded(vectorField));
        }
        if (json) {
            target.append("&format=json");
        }
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target.toString()))
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

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
