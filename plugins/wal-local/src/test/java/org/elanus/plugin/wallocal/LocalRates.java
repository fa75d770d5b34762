package org.elanus.plugin.wallocal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.wal.LogRates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * For bench/wal.sh, not for the build: the local log, alone and as the core uses it, beside what the disk allows, a bare loop that
 * appends as many records as there are writers and syncs once. {@code -Delanus.bench.directory} names a directory on the
 * disk to measure.
 */
class LocalRates {

    private static final int SEGMENT = 64 << 20;

    @Test
    void compareWithTheDisk(@TempDir Path directory) throws Exception {
        Path place = Path.of(System.getProperty("elanus.bench.directory", directory.toString()));
        LogRates rates = new LogRates();
        rates.compare(
                "bare loop of append and fdatasync",
                (size, writers) -> new BareLoop(Files.createTempDirectory(place, "bare"), size, writers),
                List.of(
                        new LogRates.Named(
                                "`local`", rates.writers(() -> plugin(Files.createTempDirectory(place, "plugin")))),
                        new LogRates.Named(
                                "`local` through the core",
                                rates.writers(() -> core(Files.createTempDirectory(place, "core"))))));
    }

    private static LogRates.Subject plugin(Path directory) throws Exception {
        StartedPlugin plugin = StartedPlugin.start(new WalLocalPlugin(), directory, Map.of());
        Wal wal = plugin.log().build().open(new ChannelInfo("rates-0", 1));
        return new LogRates.Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) {
                return wal.append(new WalRecord(List.of(MemorySegment.ofArray(payload))))
                        .toCompletableFuture();
            }

            @Override
            public void close() throws Exception {
                wal.close();
                plugin.close();
            }
        };
    }

    private static LogRates.Subject core(Path directory) throws Exception {
        StartedPlugin plugin = StartedPlugin.start(new WalLocalPlugin(), directory, Map.of());
        LogRates.Subject log = LogRates.core(plugin.log());
        return new LogRates.Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) throws Exception {
                return log.send(payload);
            }

            @Override
            public void close() throws Exception {
                log.close();
                plugin.close();
            }
        };
    }

    /** In files as large as those of the log, kept as the log keeps them: pages given back would be cheaper to write. */
    private static final class BareLoop implements LogRates.Run {
        private final Path directory;
        private final ByteBuffer bytes;
        private final int records;
        private AppendFile file;
        private int files;

        BareLoop(Path directory, int size, int records) throws Exception {
            this.directory = directory;
            byte[] random = new byte[(int) RecordFormat.recordBytes(size) * records];
            ThreadLocalRandom.current().nextBytes(random);
            this.bytes = ByteBuffer.allocateDirect(random.length).put(random);
            this.records = records;
            this.file = new LocalFiles().create(directory.resolve("0"));
        }

        @Override
        public long[] work(long nanos) throws Exception {
            LongStream.Builder latencies = LongStream.builder();
            long began = System.nanoTime();
            long before = began;
            while (before - began < nanos) {
                if (file.size() + bytes.capacity() > SEGMENT) {
                    file.close();
                    file = new LocalFiles().create(directory.resolve(Integer.toString(++files)));
                }
                file.append(bytes.clear());
                file.force();
                long now = System.nanoTime();
                for (int record = 0; record < records; record++) {
                    latencies.add(now - before);
                }
                before = now;
            }
            return latencies.build().toArray();
        }

        @Override
        public void close() throws Exception {
            file.close();
            for (int number = 0; number <= files; number++) {
                Files.delete(directory.resolve(Integer.toString(number)));
            }
        }
    }
}
