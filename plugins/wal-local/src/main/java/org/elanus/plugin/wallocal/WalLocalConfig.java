package org.elanus.plugin.wallocal;

import java.nio.file.Path;
import java.util.Optional;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** The configuration of the local log. */
@Doc("The write-ahead log in files of this machine.")
public record WalLocalConfig(
        @Key("directory") @Doc("Where the channels' directories lie. The plugin's data directory when not given.")
        Optional<Path> directory,

        @Key("segment-size")
        @Doc("A file of the log is closed and the next one begun at this size. Truncation frees whole files.")
        @Default("64MiB")
        @Range(min = "4KiB", max = "4GiB")
        DataSize segmentSize,

        @Key("max-record-size")
        @Doc("The largest record that is taken.")
        @Default("16MiB")
        @Range(min = "64KiB", max = "1GiB")
        DataSize maxRecordSize,

        @Key("max-batch-size")
        @Doc("At most this much is written under one sync to disk, unless a single record is larger.")
        @Default("8MiB")
        @Range(min = "64KiB", max = "1GiB")
        DataSize maxBatchSize,

        @Key("max-bytes-under-way")
        @Doc("Appends wait while this much is waiting to become durable, for each channel.")
        @Default("64MiB")
        @Range(min = "64KiB", max = "16GiB")
        DataSize maxBytesUnderWay) {}
