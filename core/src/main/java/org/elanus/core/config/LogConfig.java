package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code log}. */
@Doc("The write-ahead log.")
public record LogConfig(
        @Key("wal") @Default("local") @Doc("Name of the log implementation; a plugin contributes it.")
        String wal) {}
