package org.elanus.core.config;

import java.time.Duration;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The section {@code segment}. */
@Doc("How rows are gathered into immutable segments.")
public record SegmentConfig(
        @Key("seal-size")
        @Default("512MiB")
        @Range(min = "1MiB", max = "64GiB")
        @Doc("A growing segment of this size is sealed and written to the object store.")
        DataSize sealSize,

        @Key("idle")
        @Default("10m")
        @Range(min = "1s", max = "7d")
        @Doc("A growing segment that received no rows for this long is sealed.")
        Duration idle,

        @Key("index-threshold")
        @Default("1024")
        @Range(min = "1", max = "1000000000")
        @Doc("Sealed segments with fewer rows are searched exactly instead of by an index.")
        int indexThreshold) {}
