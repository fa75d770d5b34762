package org.elanus.core.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.access.Access;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.Principal;
import org.elanus.spi.manage.ManagementRoute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The management port behind a real door. A token is the one action that its bearer may do. */
class GuardedManagementTest {

    private final Registry registry = new Registry();
    private final HostThreads threads = new HostThreads();
    private final HttpClient client = HttpClient.newHttpClient();
    private ManagementServer server;

    @BeforeEach
    void open() {
        registry.register(
                Authenticator.class,
                "test",
                new Authenticator() {
                    @Override
                    public String name() {
                        return "test";
                    }

                    @Override
                    public Optional<Identity> authenticate(Credentials credentials) {
                        return credentials instanceof Credentials.Token token && !token.text().equals("unknown")
                                ? Optional.of(
                                        new Identity(new Principal("op", Set.of(token.text())), Identity.NEVER))
                                : Optional.empty();
                    }
                },
                "test");
        registry.register(
                Authorizer.class,
                "test",
                new Authorizer() {
                    @Override
                    public String name() {
                        return "test";
                    }

                    @Override
                    public Decision authorize(Principal caller, Action action, Resource resource) {
                        return caller.roles().contains(action.wireName())
                                ? Decision.ALLOWED
                                : Decision.denied("by the test");
                    }
                },
                "test");
        Seams seams = Seams.system();
        Access access = Access.builder()
                .configuration(new AuthConfig(true, List.of("test"), "test", "", List.of()))
                .registry(registry)
                .build(
                        () -> {
                            throw new AssertionError("no database is needed");
                        },
                        seams.clock(),
                        seams.threads(),
                        seams.randomness());
        server = ManagementServer.open(
                "127.0.0.1",
                0,
                new ManagementPages(() -> List.of("the disk of /secret is slow"), List::of, registry, access),
                threads);
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    private void route(ManagementRoute route) {
        registry.register(ManagementRoute.class, route.method() + " " + route.path(), route, "test");
    }

    private static ManagementRoute.Response answer(ManagementRoute.Request request) {
        return new ManagementRoute.Response(
                200, "text/plain", request.caller().name().getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everythingButHealthTakesACredentialAndTheRightAction() throws Exception {
        Map<ManagementRoute, Action> routes = new LinkedHashMap<>();
        routes.put(new ManagementRoute("GET", "/metrics", GuardedManagementTest::answer), Action.VIEW_MANAGEMENT);
        routes.put(new ManagementRoute("POST", "/reload", GuardedManagementTest::answer), Action.OPERATE);
        routes.put(
                new ManagementRoute("POST", "/backup", Action.BACKUP_RBAC, GuardedManagementTest::answer),
                Action.BACKUP_RBAC);
        routes.put(
                new ManagementRoute("GET", "/plugins", GuardedManagementTest::answer), Action.VIEW_MANAGEMENT);
        routes.keySet().stream().filter(route -> !route.path().equals("/plugins")).forEach(this::route);

        for (Map.Entry<ManagementRoute, Action> entry : routes.entrySet()) {
            String method = entry.getKey().method();
            String path = entry.getKey().path();
            assertThat(send(method, path).statusCode()).as(path).isEqualTo(401);
            assertThat(send(method, path, "X-Forwarded-User", "op", "sourceID", "op").statusCode())
                    .as(path)
                    .isEqualTo(401);
            assertThat(send(method, path, "Authorization", "Bearer unknown").statusCode())
                    .as(path)
                    .isEqualTo(401);
            for (Action wrong : List.of(Action.SEARCH, Action.VIEW_MANAGEMENT, Action.OPERATE)) {
                if (wrong != entry.getValue()) {
                    HttpResponse<String> denied = send(method, path, "Authorization", "Bearer " + wrong.wireName());
                    assertThat(denied.statusCode()).as(path).isEqualTo(403);
                    assertThat(denied.body()).contains("user 'op' may not " + entry.getValue().wireName());
                }
            }
            String right = entry.getValue().wireName();
            assertThat(send(method, path, "Authorization", "Bearer " + right).statusCode())
                    .as(path)
                    .isEqualTo(200);
            assertThat(send(method, path, "X-Api-Key", right).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(send("GET", "/metrics", "Authorization", "Bearer ViewManagement").body()).isEqualTo("op");
    }

    @Test
    void whatIsThereIsForThoseWhoMayLook() throws Exception {
        for (String path : List.of("/expr", "/debug", "/configs", "/", "/PLUGINS")) {
            assertThat(send("GET", path).statusCode()).as(path).isEqualTo(401);
            HttpResponse<String> denied = send("GET", path, "Authorization", "Bearer Search");
            assertThat(denied.statusCode()).as(path).isEqualTo(403);
            assertThat(send("GET", path, "Authorization", "Bearer ViewManagement").statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void probesLearnWhetherAndOperatorsWhy() throws Exception {
        assertThat(send("GET", "/healthz").statusCode()).isEqualTo(200);
        HttpResponse<String> probe = send("GET", "/readyz");
        assertThat(probe.statusCode()).isEqualTo(503);
        assertThat(probe.body()).isEqualTo("{\"ready\":false}");
        assertThat(send("GET", "/readyz", "Authorization", "Bearer Search").body()).isEqualTo("{\"ready\":false}");
        assertThat(send("GET", "/readyz", "Authorization", "Bearer ViewManagement").body())
                .contains("the disk of /secret is slow");
    }
}
