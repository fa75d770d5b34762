package org.elanus.core.config;

import java.time.Duration;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code host}. */
@Doc("How long the host waits for plugins.")
public record HostConfig(
        @Key("register-limit")
        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Doc("Time for constructing a plugin and letting it register its contributions.")
        Duration registerLimit,

        @Key("start-limit") @Default("60s") @Range(min = "100ms", max = "1h") @Doc("Time for the start of one plugin.")
        Duration startLimit,

        @Key("health-limit") @Default("1s") @Range(min = "10ms", max = "1m") @Doc("Time for one answer about health.")
        Duration healthLimit,

        @Key("drain-limit")
        @Default("30s")
        @Range(min = "0s", max = "1h")
        @Doc("Time for those who use a plugin to finish before it is stopped.")
        Duration drainLimit,

        @Key("stop-limit")
        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Doc("Time for the stop of one plugin; after that it is abandoned and reported.")
        Duration stopLimit,

        @Key("grace")
        @Default("3s")
        @Range(min = "0s", max = "5m")
        @Doc("Time for a stopped plugin's threads to end by themselves.")
        Duration grace,

        @Key("unload-limit")
        @Default("5s")
        @Range(min = "0s", max = "5m")
        @Doc("Time for a stopped plugin's classes to be collected; 0s does not check.")
        Duration unloadLimit) {}
