package org.elanus.core.wiring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.elanus.spi.io.Files;

/**
 * What a server writes about itself into {@code elanus.lock} of its data directory.
 *
 * @param pid its process
 * @param started when, in milliseconds since 1970
 * @param management {@code host:port} of the management port, once it serves
 * @param clients {@code host:port} by protocol, once they serve
 */
public record RunningServer(long pid, long started, Optional<String> management, Map<String, List<String>> clients) {

    public RunningServer {
        clients = Map.copyOf(clients);
    }

    /**
     * What the last server on a data directory left. It may have died since: only {@link DataDirectory#open} tells
     * whether the directory is in use.
     *
     * @return empty when there is no readable {@code elanus.lock}
     */
    public static Optional<RunningServer> find(Path dataDirectory, Files files) {
        Path file = dataDirectory.resolve(DataDirectory.LOCK_FILE);
        try (Arena arena = Arena.ofConfined()) {
            if (!files.exists(file)) {
                return Optional.empty();
            }
            byte[] bytes = files.map(file, arena).toArray(ValueLayout.JAVA_BYTE);
            return Optional.of(parse(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static RunningServer parse(String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            Map<String, List<String>> clients = new LinkedHashMap<>();
            root.path("clients").properties().forEach(entry -> {
                List<String> addresses = new ArrayList<>();
                entry.getValue().forEach(address -> addresses.add(address.asText()));
                clients.put(entry.getKey(), addresses);
            });
            JsonNode management = root.path("management");
            return new RunningServer(
                    root.path("pid").asLong(),
                    root.path("started").asLong(),
                    management.isTextual() ? Optional.of(management.asText()) : Optional.empty(),
                    clients);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the content of a lock file: " + e.getOriginalMessage(), e);
        }
    }

    /** One line of JSON. Written by hand: a JSON library would be loaded at every start for this alone. */
    String json() {
        StringBuilder text = new StringBuilder("{\"pid\": ")
                .append(pid)
                .append(", \"started\": ")
                .append(started);
        management.ifPresent(address -> text.append(", \"management\": ").append(quoted(address)));
        if (!clients.isEmpty()) {
            List<String> entries = new ArrayList<>();
            clients.forEach((protocol, addresses) -> entries.add(quoted(protocol) + ": ["
                    + String.join(
                            ", ", addresses.stream().map(RunningServer::quoted).toList()) + "]"));
            text.append(", \"clients\": {").append(String.join(", ", entries)).append('}');
        }
        return text.append("}\n").toString();
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append("\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
