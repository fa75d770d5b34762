package org.elanus.core.config;

import java.nio.file.Path;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The section {@code data}. */
@Doc("Where the server keeps its files.")
public record DataConfig(
        @Key("directory")
        @Default("elanus-data")
        @Doc(
                "The directory of everything that must survive a restart, created when missing. One server at a time uses it.")
        Path directory) {}
