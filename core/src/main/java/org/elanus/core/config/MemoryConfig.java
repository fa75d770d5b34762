package org.elanus.core.config;

import java.util.Optional;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code memory}. */
@Doc("Memory outside the Java heap.")
public record MemoryConfig(
        @Key("budget")
        @Range(min = "64MiB")
        @Doc(
                "Bytes for growing segments and index builds; inserts are refused when 85 % are in use. Half of the machine's memory when not given.")
        Optional<DataSize> budget) {}
