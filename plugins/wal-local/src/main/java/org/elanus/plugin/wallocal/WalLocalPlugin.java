package org.elanus.plugin.wallocal;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;

/** Contributes the log {@code local}. */
public final class WalLocalPlugin implements ElanusPlugin {

    private final LocalWalOpenerBuilder builder = new LocalWalOpenerBuilder();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(WalLocalConfig.class);
        contributions.wal(builder);
    }

    @Override
    public void start(PluginContext context) {
        builder.start(context);
    }

    @Override
    public Health health() {
        return builder.health();
    }

    @Override
    public void stop() {
        builder.stop();
    }
}
