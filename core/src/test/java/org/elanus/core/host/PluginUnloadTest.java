package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.PluginState.State.STOPPED;

import java.nio.file.Path;
import java.util.Map;
import org.elanus.core.registry.Registry.Lease;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.manage.ManagementRoute.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stopped plugins leave nothing behind, and what keeps them is named. */
@Timeout(180)
class PluginUnloadTest {

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
    void loadUseUnloadTwentyTimesCollectsEveryLoader() {
        Path library = PluginBuilder.library()
                .source(
                        "lib.Value",
                        "package lib; public class Value { public static final ThreadLocal<Value> LOCAL = new ThreadLocal<>(); }")
                .jar(directory.resolve("value.jar"));
        String members = """
                public record Settings(@Key("x") @Default("1") int x) {}
                private java.util.concurrent.ExecutorService pool;
                private Threads.Repeating repeating;
                public Main() { lib.Value.LOCAL.set(new lib.Value()); }
                public void register(Contributions c) {
                    c.configuration(Settings.class);
                    c.eventListener(event -> log("event"));
                    c.route(new ManagementRoute("GET", "/x", request -> {
                        log("used");
                        return new ManagementRoute.Response(200, "text/plain", new byte[0]);
                    }));
                    lib.Value.LOCAL.set(new lib.Value());
                }
                public void start(PluginContext c) {
                    lib.Value.LOCAL.set(new lib.Value());
                    org.slf4j.LoggerFactory.getLogger(Main.class).info("started");
                    pool = c.threads().pool("pool", 2);
                    pool.execute(() -> lib.Value.LOCAL.set(new lib.Value()));
                    repeating = c.threads().repeat("repeat", Duration.ofMillis(1), () -> {});
                }
                public Health health() { lib.Value.LOCAL.set(new lib.Value()); return Health.degraded("used"); }
                public void stop() { pool.close(); repeating.close(); }
                """;
        fixture.install(fixture.plugin("user", members).bundle(library), "user.jar");
        PluginHost host = fixture.started();
        for (int i = 0; i < 20; i++) {
            try (Lease<ManagementRoute> lease = host.registry().lease(ManagementRoute.class, "GET /x")) {
                lease.get().handler().handle(new Request("GET", "/x", Map.of(), new byte[0]));
            }
            assertThat(state(host, "user").health().message()).isEqualTo("used");
            host.restart("user");
            assertThat(host.leaks()).isEmpty();
        }
        host.close();

        assertThat(host.leaks()).isEmpty();
        assertThat(state(host, "user").failure()).isEmpty();
        assertThat(fixture.log).filteredOn("used"::equals).hasSize(20);
    }

    @Test
    void failedPluginsAreCollectedToo() {
        fixture.install(
                fixture.plugin(
                        "bad",
                        "public void start(PluginContext c) { throw new MyError(); }"
                                + "static class MyError extends Error {}"),
                "bad.jar");
        fixture.install(
                fixture.plugin("worse", "public Main() { throw new MyError(); } static class MyError extends Error {}"),
                "worse.jar");
        PluginHost host = fixture.started();
        host.close();

        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void contributionHeldAfterStopDoesNotKeepThePlugin() {
        fixture.install(
                fixture.plugin(
                        "held",
                        "public void register(Contributions c) { c.route(new ManagementRoute(\"GET\", \"/x\", request -> null)); }"),
                "held.jar");
        PluginHost host = fixture.started();
        Lease<ManagementRoute> lease = host.registry().lease(ManagementRoute.class, "GET /x");
        ManagementRoute route = lease.get();
        host.close();

        assertThat(host.leaks()).isEmpty();
        assertThat(state(host, "held").failure().orElseThrow())
                .contains("was stopped while in use: route GET /x (1 in use)");
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> route.handler().handle(new Request("GET", "/x", Map.of(), new byte[0])))
                .hasMessage("plugin 'held' has stopped");
        lease.close();
    }

    @Test
    void throwingStopStillUnloads() {
        fixture.installTeller("good");
        fixture.install(
                fixture.plugin(
                        "thrower",
                        "public void stop() { log(\"called\"); throw new IllegalStateException(\"stuck\"); }"),
                "thrower.jar");
        PluginHost host = fixture.started();
        host.close();

        assertThat(state(host, "thrower").state()).isEqualTo(STOPPED);
        assertThat(state(host, "thrower").failure().orElseThrow())
                .isEqualTo("stop() failed: java.lang.IllegalStateException: stuck");
        assertThat(fixture.log).containsOnlyOnce("called").contains("good stop");
        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void hangingStopIsAbandonedReportedAndNamed() {
        fixture.installTeller("good");
        fixture.install(fixture.plugin("hanger", """
                        public void stop() {
                            while (!System.getProperties().containsKey("elanus.host.test.free")) {
                                java.util.concurrent.locks.LockSupport.parkNanos(1000000);
                            }
                        }
                        """), "hanger.jar");
        PluginHost host = fixture.set("host.stop-limit", "200ms")
                .set("host.unload-limit", "200ms")
                .started();
        try {
            host.close();
            assertThat(state(host, "hanger").failure().orElseThrow())
                    .contains("stop() failed: stop did not return within 200 ms")
                    .contains("threads still run: hanger/stop")
                    .contains("its classes are still in memory, held by thread 'hanger/stop'");
            assertThat(host.leaks()).singleElement().asString().contains("'hanger'", "thread 'hanger/stop'");
            assertThat(fixture.log).contains("good stop");
            assertThat(state(host, "good").failure()).isEmpty();
        } finally {
            System.setProperty("elanus.host.test.free", "");
            org.awaitility.Awaitility.await()
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("hanger/stop")));
            System.clearProperty("elanus.host.test.free");
        }
    }

    @Test
    void threadsOfTheContextAreInterruptedAndReported() {
        fixture.install(fixture.plugin("untidy", """
                        public void start(PluginContext c) {
                            var begun = new java.util.concurrent.CountDownLatch(2);
                            c.threads().start("loop", () -> {
                                begun.countDown();
                                try { Thread.sleep(1000000); } catch (InterruptedException e) { log("loop interrupted"); }
                            });
                            c.threads().startVirtual("light", () -> {
                                begun.countDown();
                                try { Thread.sleep(1000000); } catch (InterruptedException e) { log("light interrupted"); }
                            });
                            c.threads().pool("pool", 1).execute(() -> {});
                            c.threads().repeat("again", Duration.ofSeconds(100), () -> {});
                            try { begun.await(); } catch (InterruptedException e) { throw new RuntimeException(e); }
                        }
                        """), "untidy.jar");
        PluginHost host = fixture.started();
        host.close();

        assertThat(state(host, "untidy").failure().orElseThrow())
                .contains("left behind, now interrupted: executor 'untidy/pool', repeated task 'untidy/again'")
                .contains("thread 'untidy/loop'");
        assertThat(fixture.log).contains("loop interrupted", "light interrupted");
        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void threadLeftBehindIsNamed() {
        fixture.install(fixture.plugin("leaver", """
                        public void start(PluginContext c) {
                            var running = new java.util.concurrent.CountDownLatch(1);
                            Thread thread = new Thread(() -> {
                                running.countDown();
                                while (!System.getProperties().containsKey("elanus.host.test.free")) {
                                    java.util.concurrent.locks.LockSupport.parkNanos(1000000);
                                }
                            }, "forgotten");
                            thread.setContextClassLoader(null);
                            thread.setDaemon(true);
                            thread.start();
                            try {
                                running.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        """), "leaver.jar");
        PluginHost host = fixture.set("host.unload-limit", "200ms").started();
        try {
            host.close();
            assertThat(state(host, "leaver").failure().orElseThrow()).contains("forgotten");
            assertThat(host.leaks()).singleElement().asString().contains("'leaver'", "thread 'forgotten'");
        } finally {
            System.setProperty("elanus.host.test.free", "");
            org.awaitility.Awaitility.await()
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("forgotten")));
            System.clearProperty("elanus.host.test.free");
        }
    }

    @Test
    void driverAndManagementBeanLeftBehindAreNamed() throws Exception {
        fixture.install(fixture.plugin("leaver", """
                        public interface ThingMBean {}
                        public static class Thing implements ThingMBean {}
                        public static class NoDriver implements java.sql.Driver {
                            public java.sql.Connection connect(String url, Properties p) { return null; }
                            public boolean acceptsURL(String url) { return false; }
                            public java.sql.DriverPropertyInfo[] getPropertyInfo(String u, Properties p) { return null; }
                            public int getMajorVersion() { return 1; }
                            public int getMinorVersion() { return 0; }
                            public boolean jdbcCompliant() { return false; }
                            public java.util.logging.Logger getParentLogger() { return null; }
                        }
                        public void start(PluginContext c) {
                            try {
                                NoDriver driver = new NoDriver();
                                java.sql.DriverManager.registerDriver(driver);
                                System.getProperties().put("elanus.host.test.free", (Runnable) () -> {
                                    try {
                                        java.sql.DriverManager.deregisterDriver(driver);
                                    } catch (java.sql.SQLException e) {
                                        throw new RuntimeException(e);
                                    }
                                });
                                java.lang.management.ManagementFactory.getPlatformMBeanServer()
                                    .registerMBean(new Thing(), new javax.management.ObjectName("leaver:type=Thing"));
                            } catch (Exception e) {
                                throw new RuntimeException(e);
                            }
                        }
                        """), "leaver.jar");
        PluginHost host = fixture.set("host.unload-limit", "100ms").started();
        try {
            host.close();
            assertThat(host.leaks())
                    .singleElement()
                    .asString()
                    .contains("MBean leaver:type=Thing", "JDBC driver leaver.Main$NoDriver");
        } finally {
            ((Runnable) System.getProperties().remove("elanus.host.test.free")).run();
            java.lang.management.ManagementFactory.getPlatformMBeanServer()
                    .unregisterMBean(new javax.management.ObjectName("leaver:type=Thing"));
        }
    }
}
