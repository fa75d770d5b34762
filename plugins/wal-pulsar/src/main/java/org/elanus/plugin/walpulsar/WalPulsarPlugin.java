package org.elanus.plugin.walpulsar;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;

/** Contributes the log {@code pulsar}. */
public final class WalPulsarPlugin implements ElanusPlugin {

    private final PulsarWalOpenerBuilder builder = new PulsarWalOpenerBuilder();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(WalPulsarConfig.class);
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
