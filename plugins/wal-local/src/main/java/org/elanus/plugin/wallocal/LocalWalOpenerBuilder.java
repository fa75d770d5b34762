package org.elanus.plugin.wallocal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/** Makes openers over the configured directory and remembers them until they are closed. */
final class LocalWalOpenerBuilder implements WalOpenerBuilder {

    /** The implementation's name, a part of every message id. */
    static final String NAME = "local";

    private final Set<LocalWalOpener> openers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable LogSettings settings;

    void start(PluginContext context) {
        settings = LogSettings.of(context.configuration(WalLocalConfig.class), context);
    }

    void stop() {
        openers.forEach(LocalWalOpener::close);
    }

    Health health() {
        for (LocalWalOpener opener : openers) {
            Health health = opener.health();
            if (health.state() != Health.State.HEALTHY) {
                return health;
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
        LocalWalOpener opener = new LocalWalOpener(settings(), openers::remove);
        openers.add(opener);
        return opener;
    }

    private LogSettings settings() {
        LogSettings started = settings;
        if (started == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "the plugin of the log 'local' has not started");
        }
        return started;
    }
}
