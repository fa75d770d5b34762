package org.elanus.testkit.wal.example;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.skeleton.Lifetime;
import org.jspecify.annotations.Nullable;

/** Contributes the log {@code files}, which keeps each record in a file of its own. */
public final class FilesWalPlugin implements ElanusPlugin, WalOpenerBuilder {

    private final Lifetime lifetime = new Lifetime("the plugin wal-files");
    private volatile @Nullable PluginContext context;

    @Override
    public void register(Contributions contributions) {
        contributions.wal(this);
    }

    @Override
    public void start(PluginContext started) {
        context = started;
    }

    @Override
    public void stop() {
        lifetime.close(); // and with it every opener, handle and scanner
    }

    @Override
    public String name() {
        return FilesWalOpener.NAME;
    }

    @Override
    public WalCapabilities capabilities() {
        return FilesWal.CAPABILITIES;
    }

    @Override
    public WalOpener build() {
        PluginContext started = context;
        if (started == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "the plugin wal-files has not started");
        }
        return new FilesWalOpener(lifetime.inner("an opener of the log files"), started);
    }
}
