package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.PluginState.State.FAILED;
import static org.elanus.core.host.PluginState.State.RUNNING;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import org.elanus.core.access.OpenDoor;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints open when the database is there, and a plugin's own calls are made in its name. */
@Timeout(120)
class EndpointTest {

    private static final String ENDPOINT = """
            public void register(Contributions c) {
                c.endpoint(new org.elanus.spi.api.ApiEndpoint() {
                    public String name() { return "echo"; }
                    public void open(org.elanus.spi.database.Database database) {
                        %s
                        log("open " + database.allocateTimestamp(org.elanus.spi.database.CallContext.of(
                            org.elanus.spi.database.Principal.ANONYMOUS)));
                    }
                    public List<String> addresses() { return List.of("here:1"); }
                    public void close(Duration drain) { log("close " + drain); }
                });
            }
            public void stop() { log("stop"); }
            """;

    @TempDir
    Path directory;

    private HostFixture fixture;

    @BeforeEach
    void open() {
        fixture = new HostFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void endpointsOpenAndCloseAroundTheDatabaseAndReopenAfterARestart() {
        fixture.install(fixture.plugin("echo", ENDPOINT.formatted("")), "echo.jar");
        PluginHost host = fixture.started();
        host.openEndpoints(database(), OpenDoor.INSTANCE);
        host.restart("echo");
        host.closeEndpoints(Duration.ofSeconds(2));
        host.close();

        assertThat(fixture.log).containsExactly("open 9", "close PT0.1S", "stop", "open 9", "close PT2S", "stop");
        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void takenPortReachesTheCallerWithItsCode() {
        fixture.install(
                fixture.plugin(
                        "echo",
                        ENDPOINT.formatted(
                                        "throw new org.elanus.spi.error.ElanusException("
                                                + "org.elanus.spi.error.StandardErrorCode.ALREADY_IN_USE, \"port 1 is taken\");")
                                .replace("log(\"open", "if (false) log(\"open")
                                .replace("throw new", "if (true) throw new")),
                "echo.jar");
        PluginHost host = fixture.started();

        assertThatThrownBy(() -> host.openEndpoints(database(), OpenDoor.INSTANCE))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE))
                .hasMessage("port 1 is taken");
    }

    @Test
    void endpointThatCannotReopenFailsItsPlugin() {
        fixture.install(fixture.plugin("echo", ENDPOINT.formatted("")), "echo.jar");
        fixture.installTeller("other");
        PluginHost host = fixture.started();
        host.openEndpoints(database(), OpenDoor.INSTANCE);
        fixture.install(
                fixture.plugin("echo", ENDPOINT.formatted("if (true) throw new RuntimeException(\"gone\");")),
                "echo.jar");

        assertThatThrownBy(() -> host.restart("echo")).hasMessageContaining("RuntimeException: gone");
        assertThat(state(host, "echo").state()).isEqualTo(FAILED);
        assertThat(state(host, "other").state()).isEqualTo(RUNNING);
        assertThat(fixture.log).endsWith("stop");
    }

    @Test
    void pluginCallsTheDatabaseInItsOwnName() {
        fixture.install(fixture.plugin("caller", """
                        private PluginContext context;
                        public void start(PluginContext c) { context = c; }
                        public Health health() {
                            context.database().allocateTimestamp(org.elanus.spi.database.CallContext.of(
                                new org.elanus.spi.database.Principal("root", Set.of("admin"))).in("other"));
                            return Health.healthy();
                        }
                        """), "caller.jar");
        PluginHost host = fixture.started();
        host.database(this::database);

        assertThat(state(host, "caller").health().message()).isEmpty();
        assertThat(fixture.log).containsExactly("called by plugin:caller [] in other");
    }

    /** Answers one call and tells who made it. */
    private Database database() {
        return (Database) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Database.class}, (proxy, method, arguments) -> {
                    CallContext context = (CallContext) arguments[0];
                    if (!context.caller().name().equals("anonymous")) {
                        fixture.log.add("called by " + context.caller().name() + " "
                                + context.caller().roles() + " in " + context.database());
                    }
                    return 9L;
                });
    }
}
