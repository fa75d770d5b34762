package org.elanus.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginState;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.RunningServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code elanus plugin list}. */
@Command(
        name = "list",
        description = {
            "Lists the plugins of the server that runs on the data directory.",
            "When none runs there, the plugins directory is looked at without starting anything."
        },
        mixinStandardHelpOptions = true)
final class PluginListCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private final ConfigurationOptions options = new ConfigurationOptions();

    @Mixin
    private final CredentialOption credential = new CredentialOption();

    @Option(names = "--json", description = "Prints JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Seams seams = Seams.system();
        Configuration configuration =
                options.builder(seams.files(), System.getenv()).build();
        Optional<JsonNode> running = askServer(configuration.core().data().directory(), seams);
        JsonNode plugins = running.isPresent() ? running.get() : inspect(configuration, seams);
        if (json) {
            System.out.println(plugins.toPrettyString());
        } else {
            print(plugins);
        }
        return 0;
    }

    /** Empty when no server answers; says so when there seems to be one. */
    private Optional<JsonNode> askServer(Path data, Seams seams) throws InterruptedException {
        Optional<RunningServer> server = RunningServer.find(data, seams.files());
        Optional<String> address = server.flatMap(RunningServer::management);
        boolean alive = server.flatMap(known -> ProcessHandle.of(known.pid())).isPresent();
        if (address.isEmpty() || !alive) {
            if (alive) {
                System.err.println(
                        "elanus: the server on " + data.toAbsolutePath().normalize()
                                + " has no management port to ask; this is what its plugins directory holds");
            }
            return Optional.empty();
        }
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://" + ServeCommand.reachable(address.get()) + "/plugins"))
                    .timeout(PATIENCE);
            credential.signIn(request);
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 401 || answer.statusCode() == 403) {
                System.err.println("elanus: " + answer.body().strip() + CredentialOption.hint(answer.statusCode())
                        + "; this is what the plugins directory holds");
                return Optional.empty();
            }
            JsonNode root = JSON.readTree(answer.body());
            JsonNode plugins = root.isArray() ? root : root.path("plugins");
            if (answer.statusCode() == 200 && plugins.isArray()) {
                return Optional.of(plugins);
            }
            System.err.println("elanus: " + address.get() + " answered with status " + answer.statusCode()
                    + "; this is what the plugins directory holds");
        } catch (IOException e) {
            System.err.println("elanus: the server at " + address.get() + " does not answer (" + e
                    + "); this is what the plugins directory holds");
        }
        return Optional.empty();
    }

    private static JsonNode inspect(Configuration configuration, Seams seams) {
        ArrayNode plugins = JSON.createArrayNode();
        for (PluginState plugin : InstalledPlugins.inspect(configuration, seams)) {
            ObjectNode node = plugins.addObject();
            node.put("id", plugin.id());
            node.put("version", plugin.version());
            node.put("state", plugin.state().name());
            node.put("source", plugin.source());
            plugin.failure().ifPresent(reason -> node.put("failure", reason));
        }
        return plugins;
    }

    private static void print(JsonNode plugins) {
        List<JsonNode> sorted = new ArrayList<>();
        plugins.forEach(sorted::add);
        sorted.sort(Comparator.comparing(plugin -> plugin.path("id").asText()));
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"ID", "VERSION", "STATE", "CONTRIBUTES", "SOURCE"});
        for (JsonNode plugin : sorted) {
            List<String> contributions = new ArrayList<>();
            plugin.path("contributions").forEach(contribution -> contributions.add(contribution.asText()));
            rows.add(new String[] {
                plugin.path("id").asText(),
                plugin.path("version").asText(),
                plugin.path("state").asText().toLowerCase(Locale.ROOT),
                String.join(", ", contributions),
                plugin.path("source").asText()
            });
        }
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                // A column that nobody fills, such as the contributions of plugins that do not run, is left out.
                int column = i;
                if (rows.stream().skip(1).anyMatch(row -> !row[column].isEmpty())) {
                    line.append(rows.get(r)[i]).append(" ".repeat(widths[i] - rows.get(r)[i].length() + 2));
                }
            }
            System.out.println(line.toString().stripTrailing());
            String failure = r == 0 ? "" : sorted.get(r - 1).path("failure").asText("");
            if (!failure.isEmpty()) {
                System.out.println("    " + failure);
            }
        }
        if (plugins.isEmpty()) {
            System.out.println("no plugins");
        }
    }
}
