package org.elanus.plugin.walkafka;

import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalStatus;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Makes openers of the log {@code kafka}, which connect when they are used. */
final class KafkaWalOpenerBuilder implements WalOpenerBuilder {

    static final String NAME = "kafka";

    private final Lifetime lifetime = new Lifetime("the log 'kafka'");
    private volatile @Nullable Started started;
    private volatile @Nullable KafkaWalOpener newest;

    private record Started(WalKafkaConfig config, Threads threads, Clock clock) {}

    void start(WalKafkaConfig config, Threads threads, Clock clock) {
        started = new Started(config, threads, clock);
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Nothing keeps another process from writing a topic, but Kafka shuts out every writer but the last one to open it.
     */
    @Override
    public WalCapabilities capabilities() {
        return capabilities(requireStarted().config());
    }

    static WalCapabilities capabilities(WalKafkaConfig config) {
        return new WalCapabilities(
                false, true, true, (int) config.maxRecordSize().bytes());
    }

    @Override
    public WalOpener build() {
        Started with = requireStarted();
        KafkaWalOpener opener = new KafkaWalOpener(
                lifetime.inner("the opener of the log 'kafka'"), with.config(), with.threads(), with.clock());
        newest = opener;
        return opener;
    }

    private Started requireStarted() {
        Started with = started;
        if (with == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "the plugin wal-kafka is not started yet");
        }
        return with;
    }

    /** What the newest opener knows; asks nobody. */
    Health health() {
        KafkaWalOpener opener = newest;
        Started with = started;
        if (opener == null || with == null || opener.isClosed()) {
            return Health.healthy();
        }
        List<WalStatus> channels = opener.status();
        if (channels.isEmpty()) {
            return new Health(
                    Health.State.HEALTHY,
                    "not connected yet to Kafka at %s: no channel was opened for appending"
                            .formatted(with.config().servers()));
        }
        long lag = 0;
        String last = "never";
        for (WalStatus channel : channels) {
            if (!channel.reachable()) {
                return Health.unhealthy("Kafka at %s does not answer for channel %s%s"
                        .formatted(
                                with.config().servers(),
                                channel.channel(),
                                channel.failure().map(failure -> ": " + failure).orElse("")));
            }
            if (channel.failure().isPresent()) {
                return Health.unhealthy("channel " + channel.channel() + " takes no appends until it is opened again: "
                        + channel.failure().get());
            }
            lag += channel.lagBytes();
            String at = channel.lastAppend().map(Object::toString).orElse("never");
            last = last.equals("never") || at.compareTo(last) > 0 && !at.equals("never") ? at : last;
        }
        return new Health(
                Health.State.HEALTHY,
                "Kafka at %s answers; %d bytes under way, last append %s"
                        .formatted(with.config().servers(), lag, last));
    }

    void stop() {
        lifetime.close();
    }
}
