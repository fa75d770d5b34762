package org.elanus.plugin.walpulsar;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.Files;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.WalCapabilities;

/** What an opener works with: the configuration and the host's services. */
record PulsarSettings(WalPulsarConfig config, Clock clock, Threads threads, Randomness randomness, Files files) {

    static PulsarSettings of(WalPulsarConfig config, PluginContext context) {
        return new PulsarSettings(config, context.clock(), context.threads(), context.randomness(), context.files());
    }

    WalCapabilities capabilities() {
        return new WalCapabilities(
                false, true, true, (int) config.maxRecordSize().bytes());
    }

    /** @throws ElanusException CONFIGURATION_INVALID when it is not given */
    String serviceUrl() {
        return config.serviceUrl()
                .orElseThrow(
                        () -> new ElanusException(
                                StandardErrorCode.CONFIGURATION_INVALID,
                                "plugins.wal-pulsar.service-url is not set; the log 'pulsar' needs it, such as pulsar://broker:6650"));
    }

    /** The full name of a channel's topic. */
    String topic(String channel) {
        return "persistent://" + config.tenant() + "/" + config.namespace() + "/" + config.topicPrefix() + channel;
    }
}
