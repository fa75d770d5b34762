package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.PluginState.State.FAILED;
import static org.elanus.core.host.PluginState.State.RUNNING;

import java.nio.charset.StandardCharsets;
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

/** What a plugin sees of the host and of other plugins. */
@Timeout(120)
class PluginIsolationTest {

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
    void conflictingVersionsOfOneLibraryLiveSideBySide() {
        for (int version = 1; version <= 2; version++) {
            Path library = PluginBuilder.library()
                    .source(
                            "lib.Text",
                            "package lib; public class Text { public static String version%d() { return \"library %d\"; } }"
                                    .formatted(version, version))
                    .entry("lib/version.txt", "resource " + version)
                    .jar(directory.resolve("text-" + version + ".jar"));
            String members = """
                    public void start(PluginContext c) {
                        try (java.io.InputStream in = getClass().getResourceAsStream("/lib/version.txt")) {
                            log("%1$s " + lib.Text.version%2$d() + " " + new String(in.readAllBytes()));
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                    """.formatted("user" + version, version);
            fixture.install(fixture.plugin("user" + version, members).bundle(library), "user" + version + ".jar");
        }
        fixture.started();

        assertThat(fixture.log).containsExactly("user1 library 1 resource 1", "user2 library 2 resource 2");
    }

    @Test
    void folderBringsItsLibraries() {
        Path library = PluginBuilder.library()
                .source("lib.Text", "package lib; public class Text { public static String text() { return \"x\"; } }")
                .jar(directory.resolve("text.jar"));
        fixture.plugin("folded", "public void start(PluginContext c) { log(lib.Text.text()); }")
                .bundle(library)
                .folder(fixture.plugins.resolve("folded"));
        fixture.started();

        assertThat(fixture.log).containsExactly("x");
    }

    @Test
    void everyCallSeesThePluginsContextClassLoaderOnAThreadOfItsName() {
        String members = """
                static void tell(String what) {
                    Thread thread = Thread.currentThread();
                    log(what + " " + (thread.getContextClassLoader() == Main.class.getClassLoader()) + " "
                        + thread.getName().startsWith("teller/"));
                }
                public Main() { tell("construct"); }
                public void register(Contributions c) {
                    tell("register");
                    c.route(new ManagementRoute("GET", "/teller", request -> {
                        log("route " + (Thread.currentThread().getContextClassLoader() == Main.class.getClassLoader()));
                        return new ManagementRoute.Response(200, "text/plain", new byte[0]);
                    }));
                    c.eventListener(event -> tell("event"));
                }
                public void start(PluginContext c) {
                    tell("start");
                    try (var pool = c.threads().pool("pool", 1); var virtual = c.threads().virtualExecutor("virtual")) {
                        pool.submit(() -> tell("pool")).get();
                        virtual.submit(() -> tell("virtual")).get();
                        c.threads().start("thread", () -> tell("thread")).join();
                        c.threads().startVirtual("light", () -> tell("light")).join();
                    } catch (Exception e) {
                        throw new RuntimeException(e);
                    }
                }
                public Health health() { tell("health"); return Health.degraded("so so"); }
                public void stop() { tell("stop"); }
                """;
        fixture.install(fixture.plugin("teller", members), "teller.jar");
        PluginHost host = fixture.started();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (Lease<ManagementRoute> lease = host.registry().lease(ManagementRoute.class, "GET /teller")) {
            lease.get().handler().handle(new Request("GET", "/teller", Map.of(), new byte[0]));
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        assertThat(state(host, "teller").health().message()).isEqualTo("so so");
        org.awaitility.Awaitility.await().until(() -> fixture.log.contains("event true true"));
        host.close();

        assertThat(fixture.log)
                .contains(
                        "construct true true",
                        "register true true",
                        "start true true",
                        "pool true true",
                        "virtual true true",
                        "thread true true",
                        "light true true",
                        "route true",
                        "health true true",
                        "stop true true")
                .noneMatch(line -> line.contains("false"));
    }

    @Test
    void classesOfTheHostAreNotVisible() {
        String members = """
                public void start(PluginContext c) {
                    for (String name : List.of("com.google.inject.Injector", "org.elanus.core.host.PluginHost",
                            "org.pf4j.PluginManager", "com.fasterxml.jackson.core.JsonFactory",
                            "org.elanus.spi.SpiVersion", "org.slf4j.Logger", "jakarta.inject.Inject", "java.sql.Driver",
                            "jdk.incubator.vector.FloatVector", "sun.misc.Unsafe")) {
                        try {
                            Class.forName(name);
                            log("sees " + name);
                        } catch (ClassNotFoundException e) {
                            log("does not see " + name);
                        }
                    }
                    log("resource " + getClass().getClassLoader().getResource("org/elanus/spi/SpiVersion.class"));
                    log("service " + getClass().getClassLoader().resources("META-INF/MANIFEST.MF").count());
                }
                """;
        fixture.install(fixture.plugin("curious", members), "curious.jar");
        fixture.started();

        assertThat(fixture.log)
                .containsExactly(
                        "does not see com.google.inject.Injector",
                        "does not see org.elanus.core.host.PluginHost",
                        "does not see org.pf4j.PluginManager",
                        "does not see com.fasterxml.jackson.core.JsonFactory",
                        "sees org.elanus.spi.SpiVersion",
                        "sees org.slf4j.Logger",
                        "sees jakarta.inject.Inject",
                        "sees java.sql.Driver",
                        "sees jdk.incubator.vector.FloatVector",
                        "sees sun.misc.Unsafe",
                        "resource null",
                        "service 0");
    }

    @Test
    void pluginThatNeedsAClassOfTheHostFailsWithItsName() {
        fixture.install(
                fixture.plugin(
                        "needy", "public void start(PluginContext c) { com.google.inject.Guice.createInjector(); }"),
                "needy.jar");
        PluginState state = state(fixture.started(), "needy");

        assertThat(state.state()).isEqualTo(FAILED);
        assertThat(state.failure().orElseThrow()).contains("java.lang.NoClassDefFoundError: com/google/inject/");
    }

    @Test
    void pluginGetsWhatTheContextPromises() throws Exception {
        String members = """
                public record Settings(@Key("greeting") @Default("hello") String greeting, @Key("times") int times) {}
                public void register(Contributions c) { c.configuration(Settings.class); }
                public void start(PluginContext c) {
                    Settings settings = c.configuration(Settings.class);
                    log(c.pluginId() + " " + settings.greeting() + " " + settings.times());
                    try {
                        c.files().create(c.dataDirectory().resolve("file")).close();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    try {
                        c.database();
                    } catch (org.elanus.spi.error.ElanusException e) {
                        log("database " + e.code());
                    }
                    try {
                        c.configuration(Health.class);
                    } catch (IllegalArgumentException e) {
                        log(e.getMessage());
                    }
                    log((c.clock().millis() > 0) + " " + (c.randomness().generator() != null));
                }
                """;
        fixture.install(fixture.plugin("asker", members), "asker.jar");
        fixture.set("plugins.asker.times", "3").started();

        assertThat(fixture.log)
                .containsExactly(
                        "asker hello 3",
                        "database NOT_READY",
                        "plugin 'asker' has registered asker.Main$Settings, not org.elanus.spi.plugin.Health",
                        "true true");
        assertThat(fixture.data.resolve("asker/file")).exists();
    }

    @Test
    void constructorMayTakeHostServices() {
        fixture.install(
                fixture.plugin(
                        "injected",
                        "@jakarta.inject.Inject public Main(Clock clock) { log(\"clock \" + (clock.millis() > 0)); }"),
                "injected.jar");

        assertThat(state(fixture.started(), "injected").state()).isEqualTo(RUNNING);
        assertThat(fixture.log).containsExactly("clock true");
    }

    @Test
    void guardCountsWhatPluginsDoWrongAndTranslatesErrors() {
        String members = """
                static void overflow() { overflow(); }
                public void register(Contributions c) {
                    c.route(new ManagementRoute("GET", "/overflow", request -> { overflow(); return null; }));
                    c.route(new ManagementRoute("GET", "/invalid", request -> {
                        throw org.elanus.spi.error.ElanusException.invalid("no");
                    }));
                }
                """;
        fixture.install(fixture.plugin("weak", members), "weak.jar");
        PluginHost host = fixture.started();
        Request request = new Request("GET", "/", Map.of(), "x".getBytes(StandardCharsets.UTF_8));
        try (Lease<ManagementRoute> lease = host.registry().lease(ManagementRoute.class, "GET /overflow")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> lease.get().handler().handle(request))
                    .hasMessageContaining("plugin 'weak' failed in handle: java.lang.StackOverflowError");
        }
        try (Lease<ManagementRoute> lease = host.registry().lease(ManagementRoute.class, "GET /invalid")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> lease.get().handler().handle(request))
                    .hasMessage("no");
        }
        assertThat(state(host, "weak").errors()).isEqualTo(1);
    }
}
