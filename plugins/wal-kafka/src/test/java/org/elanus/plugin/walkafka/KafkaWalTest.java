package org.elanus.plugin.walkafka;

import java.nio.file.Path;
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

/** The log on Kafka does what every log does: on a real broker, through a proxy. */
class KafkaWalTest extends WalConformance {

    private static final int UNDER_WAY = 4 << 20;

    @TempDir
    private Path directory;

    private @Nullable StartedPlugin plugin;
    private Map<String, String> settings = Map.of();
    private boolean restartsBroker;

    /** A broker takes a while to start: it does so where much data is at stake, elsewhere only the plugin does. */
    @BeforeEach
    void decideOnRestart(TestInfo test) {
        restartsBroker = test.getTestMethod()
                .map(method -> method.getName().equals("manyRecordsSurviveARestart"))
                .orElse(false);
    }

    @Override
    protected WalOpenerBuilder freshLog() throws Exception {
        settings = KafkaFixture.settings(
                TestBroker.proxied(),
                Map.of(
                        "topic-prefix", KafkaFixture.freshPrefix(),
                        "open-timeout", "6s",
                        "delivery-timeout", "8s",
                        "request-timeout", "2s",
                        "max-bytes-under-way", UNDER_WAY + ""));
        return started();
    }

    private WalOpenerBuilder started() throws Exception {
        StartedPlugin started = StartedPlugin.start(new WalKafkaPlugin(), directory, settings);
        plugin = started;
        return started.log();
    }

    @Override
    protected void endLog() {
        StartedPlugin started = plugin;
        plugin = null;
        if (started != null) {
            started.close();
        }
    }

    @Override
    protected long maxBytesUnderWay() {
        return UNDER_WAY;
    }

    @Override
    protected WalOpenerBuilder restart(WalOpenerBuilder running) throws Exception {
        endLog();
        if (restartsBroker) {
            TestBroker.SERVER.restart();
        }
        return started();
    }

    @Override
    protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) {
        TestBroker.SERVER.kill();
        TestBroker.SERVER.start();
        return Optional.of(running);
    }

    @Override
    protected Optional<AutoCloseable> breakConnection() {
        TestBroker.PROXY.refuse();
        TestBroker.PROXY.reset();
        return Optional.of(TestBroker.PROXY::heal);
    }

    @Override
    protected Optional<AutoCloseable> stall() {
        TestBroker.SERVER.pause();
        return Optional.of(TestBroker.SERVER::resume);
    }

    @Override
    protected Optional<PluginContent> pluginContent() {
        return Optional.of(
                PluginContent.of(WalKafkaPlugin.class, settings, "kafka-clients-", "lz4-java-", "zstd-jni-"));
    }
}
