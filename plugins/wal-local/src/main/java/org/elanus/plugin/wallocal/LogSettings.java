package org.elanus.plugin.wallocal;

import java.nio.file.Path;
import org.elanus.spi.io.Files;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.WalCapabilities;

/** Where and how the channels of an opener are kept. Sizes in bytes. */
record LogSettings(
        Path directory,
        long segmentBytes,
        int maxRecordBytes,
        long maxBatchBytes,
        long maxBytesUnderWay,
        Files files,
        Clock clock,
        Threads threads,
        Randomness randomness) {

    /** What a log with these settings promises. */
    WalCapabilities capabilities() {
        return new WalCapabilities(true, false, true, maxRecordBytes);
    }

    static LogSettings of(WalLocalConfig config, PluginContext context) {
        return new LogSettings(
                config.directory().orElseGet(context::dataDirectory),
                config.segmentSize().bytes(),
                Math.toIntExact(config.maxRecordSize().bytes()),
                config.maxBatchSize().bytes(),
                config.maxBytesUnderWay().bytes(),
                context.files(),
                context.clock(),
                context.threads(),
                context.randomness());
    }
}
