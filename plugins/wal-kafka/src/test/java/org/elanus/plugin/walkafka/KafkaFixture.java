package org.elanus.plugin.walkafka;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/** What the tests of the log on Kafka share. */
final class KafkaFixture {

    static final String CHANNEL = "c-0";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private KafkaFixture() {}

    /** A prefix that no other test of this broker has. */
    static String freshPrefix() {
        return "test-" + PREFIXES.incrementAndGet() + "-";
    }

    /**
     * Settings by key.
     *
     * @param more without what all keys begin with, in addition to those for a broker that is alone
     */
    static Map<String, String> settings(String servers, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap-servers", servers,
                "replication-factor", "1",
                "min-insync-replicas", "1",
                "open-timeout", "20s"));
        settings.putAll(more);
        Map<String, String> keyed = new HashMap<>();
        settings.forEach((key, value) -> keyed.put("plugins.wal-kafka." + key, value));
        return keyed;
    }

    /** Binds settings as the server does. */
    static WalKafkaConfig bind(Map<String, String> keyed) {
        Configuration.Builder builder = Configuration.builder(new LocalFiles());
        keyed.forEach(builder::set);
        Configuration configuration = builder.build();
        configuration.declarePlugins(List.of("wal-kafka"), false);
        var bound = configuration.plugin("wal-kafka", WalKafkaConfig.class);
        configuration.check();
        return bound.orElseThrow();
    }

    static KafkaWalOpenerBuilder builder(String servers, Map<String, String> more) {
        return builder(bind(settings(servers, more)));
    }

    static KafkaWalOpenerBuilder builder(WalKafkaConfig config) {
        KafkaWalOpenerBuilder builder = new KafkaWalOpenerBuilder();
        builder.start(config, new HostThreads(), new SystemClock());
        return builder;
    }

    static WalRecord record(String text) {
        return new WalRecord(List.of(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8))));
    }

    static String text(WalEntry entry) {
        return new String(entry.payload().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    static MessageId append(Wal wal, String text) {
        return get(wal.append(record(text)));
    }

    /** A stage's result, waiting for it; its failure is thrown. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ElanusException error) {
                throw error;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything from a position up to and including the last record given. */
    static List<String> read(WalReader reader, DeliverPolicy from, MessageId last) {
        List<String> texts = new ArrayList<>();
        try (WalScanner scanner = reader.scan(from)) {
            while (true) {
                WalEntry entry = scanner.poll(PATIENCE);
                if (entry == null) {
                    throw new AssertionError("no record in time behind " + texts);
                }
                texts.add(text(entry));
                if (RecordCodec.offset(entry.id()) >= RecordCodec.offset(last)) {
                    return texts;
                }
            }
        }
    }
}
