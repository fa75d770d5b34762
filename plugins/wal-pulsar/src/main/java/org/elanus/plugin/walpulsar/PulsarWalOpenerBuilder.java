package org.elanus.plugin.walpulsar;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;

/** Makes openers over the configured brokers and remembers them until they are closed. */
final class PulsarWalOpenerBuilder implements WalOpenerBuilder {

    /** The implementation's name, a part of every message id. */
    static final String NAME = "pulsar";

    private final Set<PulsarWalOpener> openers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PulsarSettings settings;

    void start(PluginContext context) {
        settings = PulsarSettings.of(context.configuration(WalPulsarConfig.class), context);
    }

    void stop() {
        openers.forEach(PulsarWalOpener::close);
    }

    Health health() {
        for (PulsarWalOpener opener : openers) {
            for (WalStatus channel : opener.status()) {
                if (channel.failure().isPresent()) {
                    return Health.unhealthy(
                            "channel " + channel.channel() + " takes no appends until it is opened again: "
                                    + channel.failure().get());
                }
                if (!channel.reachable()) {
                    return Health.degraded("channel " + channel.channel() + " is not connected to Pulsar; "
                            + channel.lagBytes() + " bytes are under way");
                }
            }
        }
        return Health.healthy();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public WalCapabilities capabilities() {
        return settings().capabilities();
    }

    @Override
    public WalOpener build() {
        PulsarWalOpener opener = PulsarWalOpener.connecting(settings(), openers::remove);
        openers.add(opener);
        return opener;
    }

    private PulsarSettings settings() {
        PulsarSettings started = settings;
        if (started == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "the plugin of the log 'pulsar' has not started");
        }
        return started;
    }
}
