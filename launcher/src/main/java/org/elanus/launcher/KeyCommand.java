package org.elanus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code elanus key}. */
@Command(
        name = "key",
        description = "Makes, lists and revokes API keys of the server that runs on the data directory.",
        subcommands = {KeyCommand.Create.class, KeyCommand.ListKeys.class, KeyCommand.Revoke.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class KeyCommand implements Runnable {

    private static final String PATH = "/api-keys";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    private static JsonNode parsed(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new ElanusException(StandardErrorCode.INTERNAL, "the server's answer is not JSON", e);
        }
    }

    /** {@code elanus key create}. */
    @Command(
            name = "create",
            description = {
                "Makes an API key and prints it. It is never shown again.",
                "Clients send it as their token, or in the header x-api-key."
            },
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {

        private static final Pattern LIFETIME = Pattern.compile("([0-9]{1,9})([mhd])");

        @Mixin
        private final ManagementPort port = new ManagementPort();

        @Option(
                names = "--role",
                required = true,
                paramLabel = "NAME",
                description = "A role that the key has. May be repeated.")
        private List<String> roles = List.of();

        @Option(
                names = "--lifetime",
                paramLabel = "TIME",
                description = "How long it works, such as 12h or 365d; 90d if not given.")
        private String lifetime = "90d";

        @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
        private String description = "";

        @Override
        public Integer call() throws InterruptedException {
            ObjectNode body = JSON.createObjectNode()
                    .put("description", description)
                    .put("lifetimeSeconds", seconds(lifetime));
            roles.forEach(body.putArray("roles")::add);
            HttpResponse<String> answer = port.send("POST", PATH, body.toString());
            if (answer.statusCode() != 201) {
                return ManagementPort.failed(answer);
            }
            JsonNode made = parsed(answer);
            System.out.println(made.path("key").asText());
            System.err.println("id " + made.path("id").asText() + ", works until "
                    + made.path("expiresAt").asText());
            return 0;
        }

        static long seconds(String text) {
            Matcher parts = LIFETIME.matcher(text);
            if (!parts.matches()) {
                throw ElanusException.invalid("--lifetime '%s' is no time: write 30m, 12h or 365d", text);
            }
            long count = Long.parseLong(parts.group(1));
            return switch (parts.group(2)) {
                case "m" -> Duration.ofMinutes(count).toSeconds();
                case "h" -> Duration.ofHours(count).toSeconds();
                default -> Duration.ofDays(count).toSeconds();
            };
        }
    }

    /** {@code elanus key list}. */
    @Command(
            name = "list",
            description = "Lists the caller's API keys, or all of them for an admin, without their secrets.",
            mixinStandardHelpOptions = true)
    static final class ListKeys implements Callable<Integer> {

        @Mixin
        private final ManagementPort port = new ManagementPort();

        @Option(names = "--json", description = "Prints JSON instead of a table.")
        private boolean json;

        @Override
        public Integer call() throws InterruptedException {
            HttpResponse<String> answer = port.send("GET", PATH, "");
            if (answer.statusCode() != 200) {
                return ManagementPort.failed(answer);
            }
            JsonNode keys = parsed(answer).path("apiKeys");
            if (json) {
                System.out.println(keys.toPrettyString());
                return 0;
            }
            for (JsonNode key : keys) {
                List<String> roles = new ArrayList<>();
                key.path("roles").forEach(role -> roles.add(role.asText()));
                System.out.println("%s  %s  until %s  roles %s  %s"
                        .formatted(
                                key.path("id").asText(),
                                key.path("owner").asText(),
                                key.path("expiresAt").asText(),
                                String.join(",", roles),
                                key.path("description").asText())
                        .stripTrailing());
            }
            if (keys.isEmpty()) {
                System.out.println("no API keys");
            }
            return 0;
        }
    }

    /** {@code elanus key revoke}. */
    @Command(
            name = "revoke",
            description = "Revokes an API key: it works no more from the next call on.",
            mixinStandardHelpOptions = true)
    static final class Revoke implements Callable<Integer> {

        @Mixin
        private final ManagementPort port = new ManagementPort();

        @Parameters(paramLabel = "ID", description = "The key's id, as it is listed.")
        private String id = "";

        @Override
        public Integer call() throws InterruptedException {
            HttpResponse<String> answer =
                    port.send("DELETE", PATH + "?id=" + URLEncoder.encode(id, StandardCharsets.UTF_8), "");
            if (answer.statusCode() != 204) {
                return ManagementPort.failed(answer);
            }
            System.out.println("revoked " + id);
            return 0;
        }
    }
}
