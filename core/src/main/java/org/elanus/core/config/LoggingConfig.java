package org.elanus.core.config;

import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code logging}. */
@Doc("What a server writes to standard error. An embedded database uses the logging of its application.")
public record LoggingConfig(
        @Key("format") @Default("text") @Doc("Lines for people, or one JSON object a line for machines.")
        Format format,

        @Key("level") @Default("info") @Doc("The least severe messages that are written.")
        Level level) {

    /** How messages are written. */
    public enum Format {
        TEXT,
        JSON
    }

    /** Severities, most severe first. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
