package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code management}. */
@Doc("The port for operators: health, readiness, plugins, metrics.")
public record ManagementConfig(
        @Key("enabled") @Default("true") @Doc("Whether the management port is opened.")
        boolean enabled,

        @Key("host")
        @Default("127.0.0.1")
        @Doc("The address it listens on. Whoever reaches it can read operational data: keep it off public networks.")
        String host,

        @Key("port") @Default("9091") @Range(min = "0", max = "65535") @Doc("The port; 0 takes any free one.")
        int port) {}
