package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.HostFixture.teller;
import static org.elanus.core.host.PluginState.State.FAILED;
import static org.elanus.core.host.PluginState.State.RUNNING;
import static org.elanus.core.host.PluginState.State.STOPPED;

import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.elanus.core.registry.Registry.Lease;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Order, failures, limits, configuration and restarts. */
@Timeout(120)
class PluginLifeCycleTest {

    private static final String STORE = """
            c.objectStore(new ObjectStoreFactory() {
                public String name() { return "shelf"; }
                public ObjectStore open() { return null; }
            });
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
    void startsInTheOrderOfDependenciesAndStopsInReverse() {
        fixture.installTeller("a", "plugin.dependencies", "c");
        fixture.installTeller("b");
        fixture.installTeller("c", "plugin.dependencies", "d@>=1.0.0");
        fixture.installTeller("d");
        PluginHost host = fixture.started();
        List<String> calls = List.copyOf(fixture.log);
        host.close();
        List<String> stops =
                fixture.log.stream().filter(line -> line.endsWith("stop")).toList();
        List<String> starts =
                calls.stream().filter(line -> line.endsWith("start")).toList();

        assertThat(calls.subList(0, 4)).allMatch(line -> line.endsWith("register"));
        assertThat(starts).hasSize(4).containsSubsequence("d start", "c start", "a start");
        assertThat(stops)
                .isEqualTo(starts.reversed().stream()
                        .map(line -> line.replace("start", "stop"))
                        .toList());
        assertThat(state(host, "a").state()).isEqualTo(STOPPED);
        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.events)
                        .filteredOn(Event.PluginStarted.class::isInstance)
                        .extracting(event -> ((Event.PluginStarted) event).plugin())
                        .containsExactlyElementsOf(starts.stream()
                                .map(line -> line.substring(0, 1))
                                .toList()));
    }

    @Test
    void contributionsAreVisibleFromStartToStop() {
        fixture.install(
                fixture.plugin("shelf", "public void register(Contributions c) { " + STORE + " }"), "shelf.jar");
        PluginHost host = fixture.host();
        assertThat(host.registry().names(ObjectStoreFactory.class)).isEmpty();
        host.start();
        assertThat(host.registry().names(ObjectStoreFactory.class)).containsExactly("shelf");
        assertThat(state(host, "shelf").contributions()).containsExactly("object store shelf");
        try (Lease<ObjectStoreFactory> lease = host.registry().lease(ObjectStoreFactory.class, "shelf")) {
            assertThat(lease.plugin()).isEqualTo("shelf");
            assertThat(lease.get().name()).isEqualTo("shelf");
        }
        host.close();
        assertThat(host.registry().names(ObjectStoreFactory.class)).isEmpty();
    }

    @Test
    void failedStartIsUndoneAndLeavesTheOthersRunning() {
        fixture.installTeller("good");
        fixture.install(fixture.plugin("bad", """
                        public void register(Contributions c) { %s }
                        public void start(PluginContext c) {
                            var begun = new java.util.concurrent.CountDownLatch(1);
                            c.threads().start("worker", () -> {
                                begun.countDown();
                                try { Thread.sleep(1000000); } catch (InterruptedException e) { log("worker interrupted"); }
                            });
                            try { begun.await(); } catch (InterruptedException e) { throw new RuntimeException(e); }
                            throw new IllegalStateException("no broker", new java.io.IOException("refused"));
                        }
                        public void stop() { log("bad stop"); }
                        """.formatted(STORE)), "bad.jar");
        fixture.installTeller("dependant", "plugin.dependencies", "bad");
        PluginHost host = fixture.started();

        assertThat(state(host, "good").state()).isEqualTo(RUNNING);
        assertThat(state(host, "good").health()).isEqualTo(Health.healthy());
        assertThat(state(host, "bad").state()).isEqualTo(FAILED);
        assertThat(state(host, "bad").failure().orElseThrow())
                .contains("java.lang.IllegalStateException: no broker; caused by java.io.IOException: refused")
                .contains("thread 'bad/worker'");
        assertThat(state(host, "dependant").failure().orElseThrow())
                .startsWith(
                        "it depends on plugin 'bad', which does not run: java.lang.IllegalStateException: no broker");
        assertThat(host.registry().names(ObjectStoreFactory.class)).isEmpty();
        assertThat(fixture.log).contains("bad stop", "worker interrupted").doesNotContain("dependant start");
        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.events)
                        .anySatisfy(event -> assertThat(event)
                                .isInstanceOfSatisfying(
                                        Event.PluginFailed.class,
                                        failed -> assertThat(failed.plugin()).isEqualTo("bad"))));
    }

    @Test
    void requiredPluginsThatFailKeepTheHostFromStarting() {
        fixture.installTeller("good");
        fixture.install(
                fixture.plugin("bad", "public void start(PluginContext c) { throw new RuntimeException(\"broken\"); }"),
                "bad.jar");
        fixture.install(
                fixture.plugin(
                        "worse", "public void start(PluginContext c) { throw new RuntimeException(\"ruined\"); }"),
                "worse.jar");
        PluginHost host = fixture.set("plugins.required", "bad, good, worse").host();

        assertThatThrownBy(host::start)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.PLUGIN_FAILED))
                .hasMessageContainingAll("'bad': java.lang.RuntimeException: broken", "'worse'", "ruined");
        assertThat(fixture.log).containsExactly("good register", "good start", "good stop");
        assertThat(state(host, "good").state()).isEqualTo(STOPPED);
        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void requiredPluginThatIsMissingIsNamedWithASuggestion() {
        fixture.installTeller("wal-local");
        PluginHost host = fixture.set("plugins.required", "wal-locla").host();

        assertThatThrownBy(host::start)
                .hasMessageContaining("'wal-locla' is not installed; installed: wal-local; did you mean 'wal-local'?");
        assertThat(fixture.log).containsExactly("wal-local register");
    }

    @Test
    void wrongConfigurationIsReportedForAllPluginsAtOnceAndNothingStarts() {
        String members =
                "public record Settings(@Key(\"size\") @Default(\"1\") @Range(min = \"1\", max = \"5\") int size) {}"
                        + "public void register(Contributions c) { c.configuration(Settings.class); }"
                        + "public void start(PluginContext c) { log(\"started\"); }";
        fixture.install(fixture.plugin("one", members), "one.jar");
        fixture.install(fixture.plugin("two", members), "two.jar");
        PluginHost host = fixture.set("plugins.one.siez", "1")
                .set("plugins.two.size", "9")
                .set("plugins.thee.size", "1")
                .set("segment.idel", "1s")
                .host();

        assertThatThrownBy(host::start)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .hasMessageContainingAll(
                        "unknown key plugins.one.siez (set by the program); did you mean 'plugins.one.size'?",
                        "plugins.two.size = '9' (set by the program): must be between 1 and 5",
                        "there is no plugin 'thee'; installed: one, two",
                        "unknown key segment.idel (set by the program); did you mean 'segment.idle'?");
        assertThat(fixture.log).isEmpty();
    }

    @Test
    void settingsOfInstalledPluginsAreToldWithoutStartingThem() {
        String members = "public record Settings(@Key(\"size\") @Default(\"1\") @Doc(\"How large.\") int size) {}"
                + "public void register(Contributions c) { c.configuration(Settings.class); }"
                + "public void start(PluginContext c) { log(\"started\"); }";
        fixture.install(fixture.plugin("one", members), "one.jar");
        fixture.install(fixture.plugin("two", members), "two.jar");
        fixture.set("plugins.two.size", "2");

        assertThat(fixture.host().configurationReference())
                .contains(
                        "## Plugin `one`",
                        "| `plugins.two.size`<br>`ELANUS_PLUGINS_TWO_SIZE` | whole number | `1` | How large. |");
        assertThat(fixture.host().effectiveConfiguration())
                .contains("plugins.one.size = 1 (default)", "plugins.two.size = 2 (set by the program)");
        fixture.set("plugins.two.size", "many");
        PluginHost wrong = fixture.host();
        assertThatThrownBy(wrong::effectiveConfiguration).hasMessageContaining("plugins.two.size = 'many'");
        assertThat(fixture.log).isEmpty();
        assertThat(fixture.data).doesNotExist();
    }

    @Test
    void twoPluginsWithOneContributionNameBoth() {
        String members = "public void register(Contributions c) { " + STORE + " }";
        fixture.install(fixture.plugin("one", members), "one.jar");
        fixture.install(fixture.plugin("two", members), "two.jar");
        PluginHost host = fixture.started();

        assertThat(host.plugins()).filteredOn(state -> state.state() == RUNNING).hasSize(1);
        assertThat(host.plugins())
                .filteredOn(state -> state.state() == FAILED)
                .singleElement()
                .satisfies(state -> assertThat(state.failure().orElseThrow())
                        .contains("'one'", "'two'", "both contribute the object store shelf"));
    }

    @Test
    void everyThrowableInEveryPhaseIsCaughtAtTheBoundary() {
        List<String> phases = List.of("construct", "register", "start", "health", "stop");
        List<String> evils = List.of(
                "overflow();",
                "throw new OutOfMemoryError(\"pretended\");",
                "throw new NoClassDefFoundError(\"gone/Class\");",
                "throw new ThreadDeath();",
                "throw new Error(\"x\") { public String getMessage() { throw new RuntimeException(); } };",
                "Thread.currentThread().interrupt(); sneak(new Exception(\"checked\"));");
        int number = 0;
        for (String phase : phases) {
            for (String evil : evils) {
                String id = "evil" + number++;
                fixture.install(
                        fixture.plugin(
                                id, """
                                static int depth;
                                static void overflow() { depth++; overflow(); depth--; }
                                @SuppressWarnings("unchecked")
                                static <E extends Throwable> void sneak(Throwable e) throws E { throw (E) e; }
                                static void evil(String now) { if (now.equals("%s")) { %s } }
                                public Main() { evil("construct"); }
                                public void register(Contributions c) { evil("register"); }
                                public void start(PluginContext c) { evil("start"); }
                                public Health health() { evil("health"); return Health.healthy(); }
                                public void stop() { evil("stop"); }
                                """.formatted(phase, evil.replace("sneak(", "Main.<RuntimeException>sneak("))),
                        id + ".jar");
            }
        }
        fixture.installTeller("good");
        PluginHost host = fixture.started();

        assertThat(state(host, "good").state()).isEqualTo(RUNNING);
        for (int i = 0; i < number; i++) {
            PluginState state = state(host, "evil" + i);
            String phase = phases.get(i / evils.size());
            if (phase.equals("health")) {
                assertThat(state.state()).isEqualTo(RUNNING);
                assertThat(state.health().state()).isEqualTo(Health.State.UNHEALTHY);
            } else {
                assertThat(state.state()).as(state.toString()).isEqualTo(phase.equals("stop") ? RUNNING : FAILED);
            }
        }
        host.close();
        for (int i = 0; i < number; i++) {
            if (phases.get(i / evils.size()).equals("stop")) {
                assertThat(state(host, "evil" + i).failure().orElseThrow()).contains("stop() failed");
            }
        }
        assertThat(state(host, "good").failure()).isEmpty();
        assertThat(fixture.log).contains("good stop");
        assertThat(host.leaks()).isEmpty();
    }

    @Test
    void hangingStartIsAbandonedAfterItsLimit() {
        fixture.installTeller("good");
        fixture.install(fixture.plugin("slow", """
                        public void start(PluginContext c) {
                            try { Thread.sleep(1000000); } catch (InterruptedException e) { log("interrupted"); }
                        }
                        """), "slow.jar");
        PluginHost host = fixture.set("host.start-limit", "300ms").started();

        assertThat(state(host, "slow").failure().orElseThrow())
                .contains("start did not return within 300 ms; it stands in java.lang.Thread.sleep");
        assertThat(state(host, "good").state()).isEqualTo(RUNNING);
        Awaitility.await().until(() -> fixture.log.contains("interrupted"));
    }

    @Test
    void hangingHealthCostsOneThreadAndIsReported() {
        fixture.install(fixture.plugin("mute", """
                        public Health health() {
                            log("asked");
                            try { Thread.sleep(1000000); } catch (InterruptedException e) { hang(); }
                            return null;
                        }
                        static void hang() {
                            while (!System.getProperties().containsKey("elanus.host.test.free")) {
                                java.util.concurrent.locks.LockSupport.parkNanos(1000000);
                            }
                        }
                        """), "mute.jar");
        PluginHost host = fixture.set("host.health-limit", "100ms").started();
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(state(host, "mute").health())
                        .isEqualTo(Health.unhealthy("health() did not answer within 100 ms"));
            }
            assertThat(fixture.log).containsExactly("asked");
        } finally {
            System.setProperty("elanus.host.test.free", "");
            host.close();
            System.clearProperty("elanus.host.test.free");
        }
    }

    @Test
    void healthThatIsNullIsUnhealthy() {
        fixture.install(fixture.plugin("mute", "public Health health() { return null; }"), "mute.jar");
        assertThat(state(fixture.started(), "mute").health().state()).isEqualTo(Health.State.UNHEALTHY);
    }

    @Test
    void restartTakesTheJarAsItIsNowWithDependants() {
        fixture.installTeller("base");
        fixture.installTeller("user", "plugin.dependencies", "base");
        fixture.installTeller("other");
        PluginHost host = fixture.started();
        fixture.log.clear();
        fixture.install(fixture.plugin("base", teller("second base")).property("plugin.version", "2.0.0"), "base.jar");
        host.restart("base");

        assertThat(fixture.log)
                .containsExactly(
                        "user stop",
                        "base stop",
                        "second base register",
                        "second base start",
                        "user register",
                        "user start");
        assertThat(state(host, "base").version()).isEqualTo("2.0.0");
        assertThat(state(host, "base").state()).isEqualTo(RUNNING);
        assertThat(state(host, "user").state()).isEqualTo(RUNNING);
        assertThat(host.leaks()).isEmpty();
        assertThatThrownBy(() -> host.restart("bsae")).hasMessageContaining("did you mean 'base'?");
    }

    @Test
    void restartIsRefusedWhileAContributionIsUsed() {
        fixture.install(
                fixture.plugin("shelf", "public void register(Contributions c) { " + STORE + " }" + """
                        public void stop() { log("stop"); }
                        """), "shelf.jar");
        PluginHost host = fixture.started();
        try (Lease<ObjectStoreFactory> lease = host.registry().lease(ObjectStoreFactory.class, "shelf")) {
            assertThatThrownBy(() -> host.restart("shelf"))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE))
                    .hasMessageContaining(
                            "'shelf' cannot be restarted while it is used: object store shelf (1 in use)");
            assertThat(lease.get().name()).isEqualTo("shelf");
        }
        assertThat(fixture.log).isEmpty();
        assertThat(host.registry().names(ObjectStoreFactory.class)).containsExactly("shelf");
        assertThat(state(host, "shelf").state()).isEqualTo(RUNNING);
        host.restart("shelf");
        assertThat(fixture.log).containsExactly("stop");
    }

    @Test
    void restartOfAFailedPluginTriesAgain() {
        fixture.install(
                fixture.plugin(
                        "late", "public void start(PluginContext c) { throw new RuntimeException(\"not yet\"); }"),
                "late.jar");
        PluginHost host = fixture.started();
        assertThatThrownBy(() -> host.restart("late"))
                .hasMessageContaining("'late': java.lang.RuntimeException: not yet");
        fixture.installTeller("late");
        host.restart("late");

        assertThat(state(host, "late").state()).isEqualTo(RUNNING);
        fixture.plugins.resolve("late.jar").toFile().delete();
        assertThatThrownBy(() -> host.restart("late")).hasMessageContaining("no longer installed");
        assertThat(state(host, "late").state()).isEqualTo(FAILED);
    }

    @Test
    void restartWithWrongConfigurationFailsThatPluginAlone() {
        fixture.installTeller("good");
        fixture.install(
                fixture.plugin(
                        "one",
                        "public record S(@Key(\"x\") @Default(\"1\") int x) {}"
                                + "public void register(Contributions c) { c.configuration(S.class); }"),
                "one.jar");
        PluginHost host = fixture.set("plugins.one.x", "5").started();
        fixture.install(
                fixture.plugin(
                        "one",
                        "public record S(@Key(\"y\") int y) {}"
                                + "public void register(Contributions c) { c.configuration(S.class); }"),
                "one.jar");
        assertThatThrownBy(() -> host.restart("one"))
                .hasMessageContaining("plugins.one.y is missing")
                .hasMessageContaining("unknown key plugins.one.x");
        host.restart("good");

        assertThat(state(host, "good").state()).isEqualTo(RUNNING);
    }

    @Test
    void contributingOutsideOfRegisterIsRefused() {
        fixture.install(fixture.plugin("late", """
                        Contributions kept;
                        public void register(Contributions c) { kept = c; }
                        public void start(PluginContext c) {
                            kept.route(new ManagementRoute("GET", "/x", request -> null));
                        }
                        """), "late.jar");
        PluginHost host = fixture.started();

        assertThat(state(host, "late").failure().orElseThrow()).contains("contributes outside of register()");
        assertThat(host.registry().names(ManagementRoute.class)).isEmpty();
    }

    @Test
    void hostStartsOnceAndClosesTwiceWithoutHarm() {
        PluginHost host = fixture.started();
        assertThatThrownBy(host::start).isInstanceOf(IllegalStateException.class);
        host.close();
        host.close();
        assertThatThrownBy(() -> host.restart("x")).isInstanceOf(ElanusException.class);
    }
}
