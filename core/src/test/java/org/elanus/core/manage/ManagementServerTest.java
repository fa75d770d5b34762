package org.elanus.core.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.elanus.core.access.OpenDoor;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.manage.ManagementRoute.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagementServerTest {

    private final List<String> reasons = new CopyOnWriteArrayList<>(List.of("the engine is opening"));
    private final Registry registry = new Registry();
    private final HostThreads threads = new HostThreads();
    private final HttpClient client = HttpClient.newHttpClient();
    private ManagementServer server;

    @BeforeEach
    void open() {
        PluginStatus plugin = new PluginStatus(
                "wal-local",
                "0.1.0",
                "running",
                "degraded",
                "slow disk",
                List.of("wal local"),
                "/plugins/wal-local.jar",
                5,
                2,
                Optional.empty());
        server = ManagementServer.open(
                "127.0.0.1",
                0,
                new ManagementPages(() -> List.copyOf(reasons), () -> List.of(plugin), registry, OpenDoor.INSTANCE),
                threads);
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void healthIsOk() throws Exception {
        HttpResponse<String> response = send("GET", "/healthz", "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("OK");
        assertThat(send("HEAD", "/healthz", "").statusCode()).isEqualTo(200);
    }

    @Test
    void readinessFollowsItsReasons() throws Exception {
        HttpResponse<String> before = send("GET", "/readyz", "");
        reasons.clear();
        HttpResponse<String> after = send("GET", "/readyz", "");

        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.body()).isEqualTo("{\"ready\":false,\"reasons\":[\"the engine is opening\"]}");
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(after.body()).isEqualTo("{\"ready\":true,\"reasons\":[]}");
    }

    @Test
    void pluginsAreListed() throws Exception {
        HttpResponse<String> response = send("GET", "/plugins", "");
        JsonNode plugin =
                new ObjectMapper().readTree(response.body()).get("plugins").get(0);

        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(plugin.get("id").asText()).isEqualTo("wal-local");
        assertThat(plugin.get("version").asText()).isEqualTo("0.1.0");
        assertThat(plugin.get("state").asText()).isEqualTo("running");
        assertThat(plugin.get("health").asText()).isEqualTo("degraded");
        assertThat(plugin.get("message").asText()).isEqualTo("slow disk");
        assertThat(plugin.get("contributions").get(0).asText()).isEqualTo("wal local");
        assertThat(plugin.has("failure")).isFalse();
    }

    @Test
    void unknownPathIs404AndWrongMethod405() throws Exception {
        route("GET", "/metrics", request -> text("m"));
        HttpResponse<String> unknown = send("GET", "/expr", "");
        HttpResponse<String> wrong = send("POST", "/healthz", "x");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("/healthz", "/metrics").doesNotContain("expr");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).contains("GET");
        assertThat(send("DELETE", "/metrics", "").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/healthz/x", "").statusCode()).isEqualTo(404);
    }

    @Test
    void routesOfPluginsAnswerWhileTheyAreRegistered() throws Exception {
        Registry.Registration registration = route(
                "POST",
                "/echo",
                request -> text(request.method() + " " + request.path() + " " + request.query() + " "
                        + new String(request.body(), StandardCharsets.UTF_8) + " "
                        + Thread.currentThread().isVirtual()));
        HttpResponse<String> response = send("POST", "/echo?a=1&a=%C3%BC&b", "body");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("POST /echo {a=[1, ü], b=[]} body true");
        registration.withdraw();
        assertThat(registration.leases()).isZero();
        assertThat(send("POST", "/echo", "body").statusCode()).isEqualTo(404);
    }

    @Test
    void failingRoutesGive500WithoutDetails() throws Exception {
        route("GET", "/fail", request -> {
            throw new IllegalStateException("secret detail");
        });
        route("GET", "/overflow", request -> {
            throw new StackOverflowError();
        });
        route("GET", "/nothing", request -> null);
        for (String path : List.of("/fail", "/overflow", "/nothing")) {
            HttpResponse<String> response = send("GET", path, "");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body()).isEqualTo("internal error");
        }
        assertThat(send("GET", "/healthz", "").statusCode()).isEqualTo(200);
    }

    @Test
    void tooLargeBodyIsRefused() throws Exception {
        route("POST", "/echo", request -> text("" + request.body().length));

        assertThat(send("POST", "/echo", "x".repeat(ManagementHandler.MAX_BODY_BYTES))
                        .body())
                .isEqualTo("" + ManagementHandler.MAX_BODY_BYTES);
        assertThat(send("POST", "/echo", "x".repeat(ManagementHandler.MAX_BODY_BYTES + 1))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void takenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> ManagementServer.open(
                            "127.0.0.1",
                            taken.getLocalPort(),
                            new ManagementPages(List::of, List::of, registry, OpenDoor.INSTANCE),
                            threads))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE))
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void hostThatIsNotOursIsNamed() {
        assertThatThrownBy(() -> ManagementServer.open(
                        "192.0.2.1", 0, new ManagementPages(List::of, List::of, registry, OpenDoor.INSTANCE), threads))
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void closingFreesThePort() throws Exception {
        int port = server.port();
        assertThat(server.address()).isEqualTo("127.0.0.1:" + port);
        server.close();
        ManagementServer.open("127.0.0.1", port, new ManagementPages(List::of, List::of, registry, OpenDoor.INSTANCE), threads)
                .close();
    }

    @Test
    void connectionsAreBounded() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < ManagementServer.MOST_CONNECTIONS; i++) {
                sockets.add(new Socket("127.0.0.1", server.port()));
            }
            try (Socket tooMany = new Socket("127.0.0.1", server.port())) {
                tooMany.setSoTimeout(25_000);
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void pagesOfOthersAreNotServedWhateverTheyCallThisMachine() throws Exception {
        String own = server.address();
        assertThat(statusOf("Host: " + own)).isEqualTo(200);
        assertThat(statusOf("Host: localhost:" + server.port())).isEqualTo(200);
        assertThat(statusOf("Host: [::1]")).isEqualTo(200);
        assertThat(statusOf("Host: rebound.example.com")).isEqualTo(403);
        assertThat(statusOf("Host: 127.0.0.1.example.com")).isEqualTo(403);
        assertThat(statusOf("Host: " + own + "\r\nOrigin: http://" + own)).isEqualTo(200);
        assertThat(statusOf("Host: " + own + "\r\nOrigin: https://example.com")).isEqualTo(403);
        assertThat(statusOf("Host: " + own + "\r\nOrigin: null")).isEqualTo(403);
    }

    private int statusOf(String headers) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET /plugins HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }

    private Registry.Registration route(String method, String path, ManagementRoute.Handler handler) {
        return registry.register(
                ManagementRoute.class, method + " " + path, new ManagementRoute(method, path, handler), "plugin");
    }

    private static Response text(String text) {
        return new Response(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
