package org.elanus.plugin.walpulsar;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.net.FaultProxy;
import org.elanus.testkit.servers.PulsarServer;

/** What the tests of this module share: above all one broker, which ends with the JVM of the tests. */
final class PulsarFixture {

    static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private PulsarFixture() {}

    private static final class Shared {
        static final PulsarServer SERVER = new PulsarServer(Map.of());
        static final FaultProxy PROXY =
                FaultProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.proxiedPort()), 1);

        static final SelfSigned BROKER;
        static final SelfSigned CLIENT;

        static {
            try {
                BROKER = SelfSigned.create(SERVER.directory(), "broker");
                CLIENT = SelfSigned.create(SERVER.directory(), "client");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            SERVER.useTls(BROKER.certificate(), BROKER.key(), CLIENT.certificate());
            SERVER.advertiseProxy(PROXY.port());
            SERVER.start();
        }
    }

    /** The certificate of the shared broker. */
    static SelfSigned brokerCertificate() {
        return Shared.BROKER;
    }

    /** The certificate of the client that the shared broker knows. */
    static SelfSigned clientCertificate() {
        return Shared.CLIENT;
    }

    /** Stands before the shared broker. */
    static FaultProxy proxy() {
        return Shared.PROXY;
    }

    /** The address of the shared broker through {@link #proxy()}. */
    static String proxiedUrl() {
        return "pulsar://127.0.0.1:" + Shared.PROXY.port();
    }

    static PulsarServer server() {
        return Shared.SERVER;
    }

    /** A prefix whose topics do not exist. */
    static String freshPrefix() {
        return "t" + PREFIXES.incrementAndGet() + "-";
    }

    static PulsarSettings settings() {
        return settings(server().serviceUrl(), Optional.empty(), Duration.ofSeconds(15));
    }

    static PulsarSettings settings(String namespace, Optional<String> adminUrl) {
        return settings(server().serviceUrl(), namespace, adminUrl, Duration.ofSeconds(15));
    }

    static PulsarSettings settings(String serviceUrl, Optional<String> adminUrl, Duration timeout) {
        return settings(serviceUrl, "default", adminUrl, timeout);
    }

    /** With which appends give up early over a lost connection. */
    static PulsarSettings impatientSettings() {
        return settings(
                server().serviceUrl(),
                "default",
                Optional.empty(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15),
                Optional.empty(),
                Optional.empty());
    }

    private static PulsarSettings settings(
            String serviceUrl, String namespace, Optional<String> adminUrl, Duration timeout) {
        return settings(serviceUrl, namespace, adminUrl, timeout, timeout, Optional.empty(), Optional.empty());
    }

    static PulsarSettings settings(
            String serviceUrl,
            String namespace,
            Optional<String> adminUrl,
            Duration reconnectTimeout,
            Duration timeout,
            Optional<SelfSigned> trusted,
            Optional<SelfSigned> own) {
        WalPulsarConfig config = new WalPulsarConfig(
                Optional.of(serviceUrl),
                adminUrl,
                "public",
                namespace,
                freshPrefix(),
                new DataSize(1 << 20),
                new DataSize(256 << 10),
                Duration.ofMillis(1),
                new DataSize(64 << 20),
                128,
                reconnectTimeout,
                timeout,
                timeout,
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                1,
                Optional.empty(),
                trusted.map(SelfSigned::certificate),
                own.map(SelfSigned::certificate),
                own.map(SelfSigned::key),
                true);
        return new PulsarSettings(
                config, new SystemClock(), new HostThreads(), new SystemRandomness(), new LocalFiles());
    }

    /** The same with a token to authenticate with. */
    static PulsarSettings withToken(PulsarSettings settings, String token) {
        WalPulsarConfig config = settings.config();
        WalPulsarConfig known = new WalPulsarConfig(
                config.serviceUrl(),
                config.adminUrl(),
                config.tenant(),
                config.namespace(),
                config.topicPrefix(),
                config.maxRecordSize(),
                config.maxBatchSize(),
                config.batchDelay(),
                config.maxBytesUnderWay(),
                config.readAhead(),
                config.reconnectTimeout(),
                config.appendTimeout(),
                config.openTimeout(),
                config.reconnectBackoff(),
                config.maxReconnectBackoff(),
                config.ioThreads(),
                Optional.of(token),
                config.tlsTrustCertificates(),
                config.tlsCertificate(),
                config.tlsKey(),
                config.tlsVerifyHostname());
        return new PulsarSettings(known, settings.clock(), settings.threads(), settings.randomness(), settings.files());
    }

    static PulsarWalOpener opener(PulsarSettings settings) {
        return PulsarWalOpener.connecting(settings, _ -> {});
    }

    static WalRecord record(String text) {
        return new WalRecord(List.of(MemorySegment.ofArray(text.getBytes(UTF_8))));
    }

    static String text(WalEntry entry) {
        return new String(entry.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    static MessageId get(CompletionStage<MessageId> stage) throws Exception {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Texts of the records up to and including the one of the given text. */
    static List<String> read(WalScanner scanner, String last) {
        List<String> texts = new ArrayList<>();
        while (true) {
            WalEntry entry = scanner.poll(PATIENCE);
            if (entry == null) {
                throw new AssertionError("no record came after " + texts.size());
            }
            String text = text(entry);
            texts.add(text);
            if (text.equals(last)) {
                return texts;
            }
        }
    }
}
