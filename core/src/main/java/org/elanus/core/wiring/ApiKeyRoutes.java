package org.elanus.core.wiring;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.ApiKeyInfo;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.manage.ManagementRoute.Request;
import org.elanus.spi.manage.ManagementRoute.Response;

/**
 * {@code /api-keys} on the management port: {@code GET} lists, {@code POST} makes, {@code DELETE ?id=} revokes. Whoever is
 * signed in gets this far; what it may do is the access control's to say.
 */
final class ApiKeyRoutes {

    static final String PATH = "/api-keys";

    private static final long DEFAULT_SECONDS = Duration.ofDays(90).toSeconds();
    private static final Set<String> MEMBERS = Set.of("description", "roles", "lifetimeSeconds");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Supplier<AccessControl> access;
    private final boolean keysWork;

    private ApiKeyRoutes(Supplier<AccessControl> access, boolean keysWork) {
        this.access = access;
        this.keysWork = keysWork;
    }

    /**
     * @param access asked on every request
     * @param keysWork whether somebody could sign in with a key; otherwise none is made
     */
    static List<ManagementRoute> of(Supplier<AccessControl> access, boolean keysWork) {
        ApiKeyRoutes routes = new ApiKeyRoutes(access, keysWork);
        return List.of(
                route("GET", routes::list), route("POST", routes::create), route("DELETE", routes::revoke));
    }

    private static ManagementRoute route(String method, ManagementRoute.Handler handler) {
        return new ManagementRoute(method, PATH, Action.CONNECT, request -> {
            try {
                return handler.handle(request);
            } catch (ElanusException e) {
                if (e.code().category() == ErrorCategory.INTERNAL) {
                    throw e;
                }
                return text(status(e), String.valueOf(e.getMessage()));
            }
        });
    }

    private static int status(ElanusException e) {
        if (e.code() instanceof StandardErrorCode code) {
            switch (code) {
                case UNAUTHENTICATED -> {
                    return 401;
                }
                case PERMISSION_DENIED -> {
                    return 403;
                }
                case QUOTA_EXCEEDED -> {
                    return 409;
                }
                default -> {}
            }
        }
        return e.code().category() == ErrorCategory.USER ? 400 : 503;
    }

    private static CallContext context(Request request) {
        return CallContext.of(request.caller());
    }

    private Response list(Request request) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode keys = root.putArray("apiKeys");
        access.get().apiKeys(context(request)).forEach(key -> keys.add(json(key)));
        return json(200, root);
    }

    private Response create(Request request) {
        if (!keysWork) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "nobody could sign in with an API key: auth.authenticators does not name 'builtin'");
        }
        JsonNode body = body(request.body());
        Set<String> roles = new LinkedHashSet<>();
        for (JsonNode role : body.path("roles")) {
            if (!role.isTextual()) {
                throw ElanusException.invalid("'roles' is a list of names");
            }
            roles.add(role.textValue());
        }
        JsonNode seconds = body.path("lifetimeSeconds");
        if (!seconds.isMissingNode() && !(seconds.isIntegralNumber() && seconds.canConvertToInt())) {
            throw ElanusException.invalid("'lifetimeSeconds' is a whole number of seconds up to 315360000");
        }
        JsonNode description = body.path("description");
        if (!description.isMissingNode() && !description.isTextual()) {
            throw ElanusException.invalid("'description' is a text");
        }
        NewApiKey made = access.get()
                .createApiKey(
                        context(request),
                        new ApiKeySpec(
                                description.asText(),
                                roles,
                                Duration.ofSeconds(seconds.asLong(DEFAULT_SECONDS))));
        return json(201, json(made.info()).put("key", made.key()));
    }

    private static JsonNode body(byte[] bytes) {
        JsonNode body;
        try {
            body = MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, "the body is not JSON", e);
        }
        if (body == null || !body.isObject()) {
            throw ElanusException.invalid("send a JSON object with %s", MEMBERS.stream().sorted().toList());
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name)) {
                throw ElanusException.invalid(
                        "there is no such member; there are %s", MEMBERS.stream().sorted().toList());
            }
        });
        return body;
    }

    private Response revoke(Request request) {
        List<String> ids = request.query().getOrDefault("id", List.of());
        if (ids.size() != 1) {
            throw ElanusException.invalid("name one API key: DELETE %s?id=…", PATH);
        }
        access.get().revokeApiKey(context(request), ids.getFirst());
        return new Response(204, "text/plain; charset=utf-8", new byte[0]);
    }

    private static ObjectNode json(ApiKeyInfo key) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", key.id())
                .put("description", key.description())
                .put("owner", key.owner());
        key.roles().forEach(node.putArray("roles")::add);
        return node.put("createdAt", Instant.ofEpochMilli(key.createdAtMillis()).toString())
                .put("expiresAt", Instant.ofEpochMilli(key.expiresAtMillis()).toString());
    }

    private static Response json(int status, ObjectNode body) {
        return new Response(status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Response text(int status, String text) {
        return new Response(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }
}
