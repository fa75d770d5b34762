package org.elanus.core.config;

import java.time.Duration;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code log}. */
@Doc("The write-ahead log.")
public record LogConfig(
        @Key("wal") @Default("local") @Doc("Name of the log implementation; a plugin contributes it.")
        String wal,

        @Key("node")
        @Default("")
        @Doc("Name of this process in the log, which others read that it takes the log over from. Empty for the"
                + " host's name and the process id.")
        String node,

        @Key("start-limit")
        @Default("60s")
        @Range(min = "0s", max = "1d")
        @Doc("How long a start tries again while the log cannot be reached.")
        Duration startLimit,

        @Key("longest-pause")
        @Default("10s")
        @Range(min = "100ms", max = "10m")
        @Doc("The longest pause between two attempts to reach a log; the first one is 100 ms, each further one"
                + " twice as long.")
        Duration longestPause,

        @Key("silence-limit")
        @Default("30s")
        @Range(min = "1s", max = "1h")
        @Doc("A log that does not return an appended record for so long counts as lost: writes fail until it is back.")
        Duration silenceLimit,

        @Key("max-in-flight")
        @Default("64MiB")
        @Range(min = "1MiB", max = "16GiB")
        @Doc("Bytes of one channel that may be appended and not yet acknowledged; further writes wait.")
        DataSize maxInFlight,

        @Key("cache-size")
        @Default("64MiB")
        @Range(min = "0B", max = "64GiB")
        @Doc("Newest records of one channel that are kept in memory for those who follow it; taken from the memory"
                + " budget while somebody does.")
        DataSize cacheSize) {}
