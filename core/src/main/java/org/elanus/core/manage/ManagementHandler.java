package org.elanus.core.manage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.elanus.core.registry.Registry.Lease;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.BrowserRequests;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.HeaderCredentials;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.manage.ManagementRoute.Request;
import org.elanus.spi.manage.ManagementRoute.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request: the built-in pages first, then the routes of plugins. */
final class ManagementHandler implements HttpHandler {

    static final int MAX_BODY_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(ManagementHandler.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final List<String> HEALTH = List.of("/healthz", "/readyz");
    private static final List<String> BUILT_IN = List.of("/healthz", "/readyz", "/plugins");

    private final ManagementPages pages;
    private final boolean onThisMachine;

    /** @param onThisMachine whether only this machine reaches the port */
    ManagementHandler(ManagementPages pages, boolean onThisMachine) {
        this.pages = pages;
        this.onThisMachine = onThisMachine;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Response response;
            try {
                response = answer(exchange);
            } catch (IllegalArgumentException e) {
                response = text(400, "bad request: malformed query");
            } catch (Throwable e) {
                log.error(
                        "{} {} failed",
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        e);
                response = text(500, "internal error");
            }
            send(exchange, response);
        }
    }

    private Response answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (HEALTH.contains(path) && isRead(method)) {
            return path.equals("/healthz") ? text(200, "OK") : readiness(exchange);
        }
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (onThisMachine && !pages.door().isEnabled() && !BrowserRequests.namesThisMachine(host)) {
            return text(403, "while authentication is off, the header Host must be an IP address or localhost");
        }
        if (BrowserRequests.isForeign(exchange.getRequestHeaders().getFirst("Origin"), host)) {
            return text(403, "pages of other origins may not use this server");
        }
        CallContext caller;
        try {
            caller = CallContext.of(signIn(exchange).principal());
            if (BUILT_IN.contains(path)) {
                pages.door().require(caller, Action.VIEW_MANAGEMENT, Resource.CLUSTER);
                return isRead(method) ? plugins() : wrongMethod(exchange, new TreeSet<>(List.of("GET")));
            }
            return contributed(exchange, caller);
        } catch (ElanusException e) {
            return refusal(exchange, e);
        }
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }

    private Session signIn(HttpExchange exchange) {
        return pages.door()
                .signIn(
                        credentials(exchange),
                        exchange.getRemoteAddress().getAddress().getHostAddress());
    }

    private static Credentials credentials(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        return HeaderCredentials.of(headers.getFirst("Authorization"), headers.getFirst("X-Api-Key"));
    }

    /** What the door says, in words of HTTP. */
    private static Response refusal(HttpExchange exchange, ElanusException error) {
        if (!(error.code() instanceof StandardErrorCode code)) {
            throw error;
        }
        return switch (code) {
            case UNAUTHENTICATED -> {
                // Basic is taken and not offered: a browser would ask for it, and send it for pages of others, too.
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                yield text(401, String.valueOf(error.getMessage()));
            }
            case PERMISSION_DENIED -> text(403, String.valueOf(error.getMessage()));
            default -> {
                if (error.code().category() != ErrorCategory.RETRYABLE) {
                    throw error;
                }
                yield text(503, String.valueOf(error.getMessage()));
            }
        };
    }

    private Response contributed(HttpExchange exchange, CallContext caller) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        Lease<ManagementRoute> found = null;
        TreeSet<String> methods = new TreeSet<>();
        for (Lease<ManagementRoute> lease : pages.registry().leases(ManagementRoute.class)) {
            ManagementRoute route = lease.get();
            boolean here = route.path().equals(path);
            if (here) {
                methods.add(route.method());
            }
            if (found == null && here && route.method().equals(method)) {
                found = lease;
            } else {
                lease.close();
            }
        }
        if (found == null) {
            pages.door().require(caller, Action.VIEW_MANAGEMENT, Resource.CLUSTER);
            return methods.isEmpty() ? notFound() : wrongMethod(exchange, methods);
        }
        try (Lease<ManagementRoute> lease = found) {
            pages.door().require(caller, lease.get().action(), Resource.CLUSTER);
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                return text(413, "the body may have at most " + MAX_BODY_BYTES + " bytes");
            }
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            Request request = new Request(
                    method,
                    path,
                    query(exchange.getRequestURI().getRawQuery()),
                    body,
                    caller.caller(),
                    accept == null ? "" : accept);
            return routed(lease, request);
        }
    }

    private static Response routed(Lease<ManagementRoute> lease, Request request) {
        try {
            Response response = lease.get().handler().handle(request);
            if (response == null || response.status() < 200 || response.status() > 599) {
                throw new IllegalStateException("the route gave no valid response");
            }
            return response;
        } catch (Throwable e) {
            log.error("Route {} {} of plugin {} failed", request.method(), request.path(), lease.plugin(), e);
            return text(500, "internal error");
        }
    }

    /** Probes that nobody signed in for learn whether, and not why not. */
    private Response readiness(HttpExchange exchange) {
        List<String> reasons = pages.notReady().get();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("ready", reasons.isEmpty());
        if (mayView(exchange)) {
            ArrayNode array = body.putArray("reasons");
            reasons.forEach(array::add);
        }
        return json(reasons.isEmpty() ? 200 : 503, body);
    }

    private boolean mayView(HttpExchange exchange) {
        if (pages.door().isEnabled() && credentials(exchange).equals(Credentials.NONE)) {
            return false; // a probe, which is no attempt to sign in
        }
        try {
            pages.door()
                    .require(
                            CallContext.of(signIn(exchange).principal()), Action.VIEW_MANAGEMENT, Resource.CLUSTER);
            return true;
        } catch (ElanusException e) {
            return false;
        }
    }

    private Response plugins() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode array = body.putArray("plugins");
        for (PluginStatus plugin : pages.plugins().get()) {
            ObjectNode node = array.addObject()
                    .put("id", plugin.id())
                    .put("version", plugin.version())
                    .put("state", plugin.state())
                    .put("health", plugin.health())
                    .put("message", plugin.message());
            ArrayNode contributions = node.putArray("contributions");
            plugin.contributions().forEach(contributions::add);
            node.put("source", plugin.source()).put("since", plugin.since()).put("errors", plugin.errors());
            plugin.failure().ifPresent(failure -> node.put("failure", failure));
        }
        return json(200, body);
    }

    /** Apart, so that a start does not wait for it. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    private Response notFound() {
        TreeSet<String> known = new TreeSet<>(BUILT_IN);
        for (Lease<ManagementRoute> lease : pages.registry().leases(ManagementRoute.class)) {
            known.add(lease.get().path());
            lease.close();
        }
        return text(404, "there is nothing at this path; available: " + String.join(", ", known));
    }

    private static Response wrongMethod(HttpExchange exchange, TreeSet<String> allowed) {
        String methods = String.join(", ", allowed);
        exchange.getResponseHeaders().set("Allow", methods);
        return text(405, "this path answers " + methods);
    }

    private static Map<String, List<String>> query(@Nullable String raw) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String key = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    query.computeIfAbsent(URLDecoder.decode(key, StandardCharsets.UTF_8), absent -> new ArrayList<>())
                            .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
                }
            }
        }
        return query;
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        byte[] body = response.body();
        boolean bodiless = body.length == 0
                || response.status() == 204
                || response.status() == 304
                || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.status(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Response text(int status, String text) {
        return new Response(status, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Response json(int status, ObjectNode body) {
        try {
            return new Response(status, "application/json", Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
