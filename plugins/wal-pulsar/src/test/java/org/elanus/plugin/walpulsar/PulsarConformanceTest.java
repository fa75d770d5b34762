package org.elanus.plugin.walpulsar;

import static org.elanus.plugin.walpulsar.PulsarFixture.proxy;
import static org.elanus.plugin.walpulsar.PulsarFixture.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.PluginContent;
import org.elanus.testkit.wal.WalConformance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The kit on a real broker, through a proxy that breaks and stalls its connections. */
class PulsarConformanceTest extends WalConformance {

    private static final long BYTES_UNDER_WAY = 2 << 20;

    @TempDir
    Path directory;

    private @Nullable StartedPlugin plugin;
    private boolean restarting;

    @Override
    protected WalOpenerBuilder freshLog() throws Exception {
        server();
        plugin = StartedPlugin.start(new WalPulsarPlugin(), directory, settings());
        return plugin.log();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("service-url", PulsarFixture.proxiedUrl());
        settings.put("admin-url", server().adminUrl());
        settings.put("topic-prefix", PulsarFixture.freshPrefix());
        settings.put("max-bytes-under-way", Long.toString(BYTES_UNDER_WAY));
        // Longer than the kit stalls the broker, with much room.
        settings.put("append-timeout", "15s");
        settings.put("reconnect-timeout", "3s");
        settings.put("open-timeout", "10s");
        settings.put("max-reconnect-backoff", "500ms");
        settings.put("io-threads", "1");
        Map<String, String> keyed = new HashMap<>();
        settings.forEach((key, value) -> keyed.put("plugins.wal-pulsar." + key, value));
        return keyed;
    }

    @Override
    protected void endLog() throws Exception {
        StartedPlugin started = plugin;
        plugin = null;
        if (started != null) {
            started.close();
        }
    }

    @Override
    protected long maxBytesUnderWay() {
        return BYTES_UNDER_WAY;
    }

    @BeforeEach
    void remember(TestInfo test) {
        restarting = test.getTestMethod().orElseThrow().getName().equals("manyRecordsSurviveARestart");
    }

    /** The broker starts again where much data is at stake; else it only opens its topics anew, which is quicker. */
    @Override
    protected WalOpenerBuilder restart(WalOpenerBuilder running) throws Exception {
        if (restarting) {
            server().restart();
        } else {
            server().admin("PUT", "namespaces/public/default/unload", "");
        }
        return running;
    }

    @Override
    protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) {
        server().kill();
        server().start();
        return Optional.of(running);
    }

    @Override
    protected Optional<AutoCloseable> breakConnection() {
        proxy().refuse();
        proxy().reset();
        return Optional.of(proxy()::heal);
    }

    @Override
    protected Optional<AutoCloseable> stall() {
        proxy().partition();
        return Optional.of(proxy()::heal);
    }

    @Override
    protected Optional<PluginContent> pluginContent() {
        return Optional.of(PluginContent.of(
                WalPulsarPlugin.class,
                settings(),
                "pulsar-client-4",
                "pulsar-client-api-",
                "pulsar-client-admin-api-",
                "opentelemetry-",
                "validation-api-",
                "jackson-annotations-"));
    }
}
