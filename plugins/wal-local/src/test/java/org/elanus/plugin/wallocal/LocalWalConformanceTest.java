package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.io.SimulatedDisk;
import org.elanus.testkit.PluginContent;
import org.elanus.testkit.wal.WalConformance;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The local log does what every log does, on a disk and on one that models power cuts. */
class LocalWalConformanceTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "plugins.wal-local.segment-size", "1MiB",
            "plugins.wal-local.max-record-size", "1MiB",
            "plugins.wal-local.max-bytes-under-way", "2MiB");

    /** The log over any files. */
    abstract static class OverFiles extends WalConformance {
        private final java.util.ArrayDeque<StartedPlugin> started = new java.util.ArrayDeque<>();
        private GatedFiles gated = new GatedFiles(new LocalFiles());

        abstract Files files();

        abstract Path directory();

        @Override
        protected WalOpenerBuilder freshLog() throws Exception {
            gated = new GatedFiles(files());
            Seams system = Seams.system();
            StartedPlugin plugin = StartedPlugin.start(
                    new WalLocalPlugin(),
                    new Seams(gated, system.clock(), system.threads(), system.randomness()),
                    directory(),
                    SETTINGS,
                    new java.util.HashMap<>());
            started.push(plugin);
            return plugin.log();
        }

        @Override
        protected void endLog() {
            while (!started.isEmpty()) {
                started.pop().close();
            }
        }

        @Override
        protected WalOpenerBuilder restart(WalOpenerBuilder running) throws Exception {
            endLog();
            return freshLog();
        }

        @Override
        protected long maxBytesUnderWay() {
            return 2 << 20;
        }

        @Override
        protected long truncatedBytes() {
            return 2 << 20;
        }

        @Override
        protected Optional<AutoCloseable> stall() {
            gated.shut();
            return Optional.of(gated::open);
        }

        @Override
        protected boolean tearTail(String channel) throws IOException {
            Path log = directory().resolve("wal-local").resolve(channel);
            List<Path> found = files().list(log).stream()
                    .filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            try (AppendFile last = files().append(found.getLast())) {
                byte[] torn = new byte[100];
                new Random(7).nextBytes(torn);
                last.append(ByteBuffer.wrap(torn).putInt(RecordFormat.MAGIC).rewind());
                last.force();
            }
            return true;
        }
    }

    @Nested
    class OnDisk extends OverFiles {
        @TempDir
        private Path directory;

        @Override
        Files files() {
            return new LocalFiles();
        }

        @Override
        Path directory() {
            return directory;
        }

        @Override
        protected Optional<PluginContent> pluginContent() {
            return Optional.of(PluginContent.of(WalLocalPlugin.class, SETTINGS));
        }
    }

    @Nested
    class OnASimulatedDisk extends OverFiles {
        private SimulatedDisk disk = new SimulatedDisk();

        @Override
        protected WalOpenerBuilder freshLog() throws Exception {
            disk.createDirectories(directory());
            return super.freshLog();
        }

        @Override
        Files files() {
            return disk;
        }

        @Override
        Path directory() {
            return Path.of("/data");
        }

        @Override
        protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) throws Exception {
            disk = disk.crash(new Random());
            return Optional.of(freshLog());
        }
    }
}
