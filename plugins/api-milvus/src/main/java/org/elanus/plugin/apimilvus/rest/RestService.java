package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Metadata;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.Scope;
import org.elanus.plugin.apimilvus.front.HttpExchange;
import org.elanus.plugin.apimilvus.front.HttpHead;
import org.elanus.plugin.apimilvus.front.HttpReply;
import org.elanus.plugin.apimilvus.front.HttpService;
import org.elanus.spi.auth.BrowserRequests;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.HeaderCredentials;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * The RESTful API of Milvus, version 2, and the same by resources. Version 2 answers errors of requests with HTTP 200 and
 * a code in the body; resources answer with a status of HTTP, and the same body. Safe for use by many threads.
 */
public final class RestService implements HttpService {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    private static final long LONGEST_TIMEOUT_SECONDS = 86_400;
    private static final int TIMEOUT = 10_001;
    private static final int RATE_LIMITED = 8;
    private static final String HEALTH = "/healthz";

    private static final Map<String, String> HEADERS = Map.of(
            "db-name", "dbname",
            "client-request-id", "client-request-id",
            "elanus-request-key", "elanus-request-key",
            "authorization", "authorization",
            "x-api-key", "x-api-key");

    private final Commands commands;
    private final CallRuntime runtime;
    private final boolean onThisMachine;
    private final Routes routes = Routes.all();
    private final ResourceRoutes resources = new ResourceRoutes();

    /** @param onThisMachine whether only this machine reaches the port */
    public RestService(Commands commands, CallRuntime runtime, boolean onThisMachine) {
        this.commands = commands;
        this.runtime = runtime;
        this.onThisMachine = onThisMachine;
    }

    /** What a path is about. @param routeByMethod paths of routes by the method of HTTP */
    private record Target(boolean byResource, Map<String, String> routeByMethod, Map<String, String> variables) {}

    private @Nullable Target target(String path) {
        if (path.startsWith(Routes.PREFIX)) {
            String name = path.substring(Routes.PREFIX.length());
            return routes.find(name) == null ? null : new Target(false, Map.of("POST", name), Map.of());
        }
        ResourceRoutes.Resource resource = resources.find(path);
        return resource == null ? null : new Target(true, resource.routeByMethod(), resource.variables());
    }

    @Override
    public @Nullable HttpReply atOnce(HttpHead head) {
        String path = head.path();
        if (path.equals(HEALTH)) {
            return health(head);
        }
        if (onThisMachine && !runtime.door().isEnabled() && !BrowserRequests.namesThisMachine(head.header("host"))) {
            return failure(
                    403,
                    RestException.NOT_PERMITTED,
                    "while authentication is off, the header Host must be an IP address or localhost",
                    Map.of());
        }
        if (runtime.door().isEnabled()
                && HeaderCredentials.of(head.header("authorization"), head.header("x-api-key"))
                        .equals(Credentials.NONE)) {
            return failure(
                    401,
                    RestException.NOT_AUTHENTICATED,
                    "missing authorization in header: user hasn't authenticated",
                    Map.of("WWW-Authenticate", "Bearer"));
        }
        Target target;
        try {
            target = target(path);
        } catch (IllegalArgumentException e) {
            return failure(400, 400, "the path is malformed", Map.of());
        }
        if (target == null) {
            return failure(
                    404,
                    404,
                    "no such path; this port serves gRPC, GET /healthz, POST /v2/vectordb/... and /collections/...",
                    Map.of());
        }
        if (BrowserRequests.isForeign(head.header("origin"), head.header("host"))) {
            return failure(403, RestException.NOT_PERMITTED, "pages of other origins may not use this server", Map.of());
        }
        TreeSet<String> allowed = new TreeSet<>(target.routeByMethod().keySet());
        allowed.add("OPTIONS");
        String allow = String.join(", ", allowed);
        if (head.method().equals("OPTIONS")) {
            return new HttpReply(204, "", "", Map.of("Allow", allow));
        }
        if (!target.routeByMethod().containsKey(head.method())) {
            return failure(405, 405, "the method must be one of " + allow, Map.of("Allow", allow));
        }
        String type = wrongType(head);
        return type == null ? null : failure(415, 415, type, Map.of());
    }

    @Override
    public boolean knows(HttpHead head) {
        return !runtime.door().isEnabled()
                || runtime.door()
                        .recognise(HeaderCredentials.of(head.header("authorization"), head.header("x-api-key")))
                        .isPresent();
    }

    private static HttpReply health(HttpHead head) {
        return switch (head.method()) {
            case "GET", "HEAD" -> new HttpReply(200, "text/plain; charset=utf-8", "OK", Map.of());
            case "OPTIONS" -> new HttpReply(204, "", "", Map.of("Allow", "GET, HEAD, OPTIONS"));
            default ->
                failure(405, 405, "the method must be GET or HEAD", Map.of("Allow", "GET, HEAD, OPTIONS"));
        };
    }

    /** Types that are surely not JSON are refused; others are not, because clients that send JSON often say nothing. */
    private static @Nullable String wrongType(HttpHead head) {
        String encoding = head.header("content-encoding");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            return "the body must not be compressed";
        }
        String[] parts = head.header("content-type").toLowerCase(Locale.ROOT).split(";");
        String type = parts[0].strip();
        boolean known = type.isEmpty()
                || type.equals("application/json")
                || type.endsWith("+json")
                || type.equals("text/plain")
                || type.equals("application/x-www-form-urlencoded"); // what curl says of any data
        if (!known) {
            return "the body must be application/json";
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                String charset = parameter.substring("charset=".length()).replace("\"", "");
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    return "the body must be in UTF-8";
                }
            }
        }
        return null;
    }

    @Override
    public HttpReply overloaded(HttpHead head, String why) {
        return failure(head.path().startsWith(Routes.PREFIX) ? 200 : 429, RATE_LIMITED, why, Map.of());
    }

    private static HttpReply failure(int status, int code, String message, Map<String, String> headers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(bytes)) {
            failure(generator, code, message);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // there is no I/O
        }
        return new HttpReply(status, HttpReply.JSON, bytes.toString(StandardCharsets.UTF_8), headers);
    }

    private static void failure(JsonGenerator generator, int code, String message) throws IOException {
        generator.writeStartObject();
        generator.writeNumberField("code", code);
        generator.writeStringField("message", Json.printable(message));
        generator.writeEndObject();
    }

    @Override
    public void serve(HttpExchange exchange) throws IOException {
        HttpHead head = exchange.head();
        Target target = target(head.path());
        String name = target == null ? null : target.routeByMethod().get(head.method());
        Route route = name == null ? null : routes.find(name);
        if (target == null || name == null || route == null) {
            throw new IllegalStateException("a request without a route was not refused");
        }
        Answer answer;
        try {
            RestCall call = call(exchange, target);
            call.require(RestActions.of(name));
            answer = route.handle(call);
        } catch (RestException e) {
            StandardErrorCode kind = e.kind();
            if (kind != null) {
                runtime.door().failed(RestActions.of(name), new ElanusException(kind, e.text()));
            }
            answer(exchange, target, e.code(), generator -> {
                generator.writeStringField("message", Json.printable(e.text()));
            });
            return;
        }
        answer(exchange, target, 0, answer);
    }

    private RestCall call(HttpExchange exchange, Target target) {
        HttpHead head = exchange.head();
        Metadata headers = new Metadata();
        HEADERS.forEach((http, grpc) -> {
            String value = head.header(http);
            if (!value.isEmpty()) {
                headers.put(Metadata.Key.of(grpc, Metadata.ASCII_STRING_MARSHALLER), value);
            }
        });
        long deadline = runtime.clock().nanos() + timeout(head).toNanos();
        Scope scope = new Scope(runtime, headers, deadline);
        exchange.onCancel(scope::cancel);
        signIn(scope, head);
        ObjectNode body = target.byResource() && exchange.bodyLength() == 0
                ? JsonNodeFactory.instance.objectNode()
                : Json.body(exchange.body(), exchange.bodyLength());
        if (target.byResource()) {
            complete(body, head, target);
        }
        return new RestCall(
                new Members(body),
                scope,
                commands,
                !head.header("accept-type-allow-int64").equalsIgnoreCase("false"));
    }

    /** Before the body is looked at. */
    private void signIn(Scope scope, HttpHead head) {
        Credentials credentials = scope.credentials();
        try {
            scope.signedIn(runtime.door()
                    .recognise(credentials)
                    .orElseGet(() -> runtime.door().signIn(credentials, head.remoteAddress())));
        } catch (ElanusException e) {
            throw RestException.refused(e);
        }
    }

    /** Puts into the body what stands in the path and the query. */
    private static void complete(ObjectNode body, HttpHead head, Target target) {
        try {
            Map<String, List<String>> query = new QueryStringDecoder(head.target()).parameters();
            List<String> databases = query.getOrDefault("dbName", List.of());
            if (!databases.isEmpty() && !body.has("dbName")) {
                body.put("dbName", databases.getFirst());
            }
        } catch (IllegalArgumentException e) {
            throw RestException.invalid("the query of the path is malformed");
        }
        target.variables().forEach((name, value) -> {
            if (name.equals("partitionNames")) {
                body.putArray(name).add(value);
            } else {
                body.put(name, value);
            }
        });
    }

    private static Duration timeout(HttpHead head) {
        try {
            long seconds = Long.parseLong(head.header("request-timeout").strip());
            return seconds < 1 ? DEFAULT_TIMEOUT : Duration.ofSeconds(Math.min(seconds, LONGEST_TIMEOUT_SECONDS));
        } catch (NumberFormatException e) {
            return DEFAULT_TIMEOUT;
        }
    }

    private static void answer(HttpExchange exchange, Target target, int code, Answer members) throws IOException {
        int status = target.byResource()
                ? ResourceRoutes.status(code)
                : switch (code) {
                    case RestException.NOT_AUTHENTICATED -> 401;
                    case RestException.NOT_PERMITTED -> 403;
                    case TIMEOUT -> 408;
                    default -> 200;
                };
        OutputStream out = exchange.reply(status, HttpReply.JSON);
        JsonGenerator generator = Json.WRITING.createGenerator(out);
        generator.writeStartObject();
        generator.writeNumberField("code", code);
        members.write(generator);
        generator.writeEndObject();
        generator.flush();
        out.close(); // only a whole answer is ended
    }
}
