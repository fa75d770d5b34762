package org.elanus.plugin.walkafka;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;

/** Contributes the log {@code kafka}. Nothing connects before an opener is used. */
public final class WalKafkaPlugin implements ElanusPlugin {

    private final KafkaWalOpenerBuilder builder = new KafkaWalOpenerBuilder();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(WalKafkaConfig.class);
        contributions.wal(builder);
    }

    @Override
    public void start(PluginContext context) {
        builder.start(context.configuration(WalKafkaConfig.class), context.threads(), context.clock());
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
