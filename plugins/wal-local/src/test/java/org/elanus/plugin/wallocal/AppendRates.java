package org.elanus.plugin.wallocal;

import static org.elanus.plugin.wallocal.LogFixture.CHANNEL;
import static org.elanus.plugin.wallocal.LogFixture.get;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.settings;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/**
 * A program, not a test: durable appends of 1 KiB records a second with 1 and 64 writers that each wait for their
 * record, beside the rate at which the disk syncs 1 KiB. Argument: a directory on the disk to measure.
 */
final class AppendRates {

    private static final long RUN_NANOS = Duration.ofSeconds(5).toNanos();

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "append-rates");
        System.out.printf("fdatasync of 1 KiB appends: %,.0f a second%n", syncRate(directory.resolve("plain")));
        for (int writers : new int[] {1, 64, 1, 64}) {
            System.out.printf(
                    "wal-local, %d writers: %,.0f appends a second%n",
                    writers, appendRate(directory.resolve("wal-" + System.nanoTime()), writers));
        }
    }

    private static double syncRate(Path path) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocateDirect(1072);
        long begin = System.nanoTime();
        long count = 0;
        try (AppendFile file = new LocalFiles().create(path)) {
            for (; System.nanoTime() - begin < RUN_NANOS; count++) {
                file.append(bytes.clear());
                file.force();
            }
        }
        return count * 1e9 / (System.nanoTime() - begin);
    }

    private static double appendRate(Path directory, int writers) throws Exception {
        LongAdder count = new LongAdder();
        LocalWalOpener opener = opener(settings(new LocalFiles(), directory, 64 << 20));
        double rate;
        try (opener;
                Wal wal = opener.open(new ChannelInfo(CHANNEL, 1))) {
            List<Thread> threads = new ArrayList<>();
            long begin = System.nanoTime();
            for (int t = 0; t < writers; t++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    WalRecord record = new WalRecord(List.of(MemorySegment.ofArray(new byte[1024])));
                    while (System.nanoTime() - begin < RUN_NANOS) {
                        get(wal.append(record));
                        count.increment();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            rate = count.sum() * 1e9 / (System.nanoTime() - begin);
            long read = System.nanoTime();
            long records = 0;
            try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
                while (scanner.poll(Duration.ZERO) != null) {
                    records++;
                }
            }
            System.out.printf("  read back: %,.0f records a second%n", records * 1e9 / (System.nanoTime() - read));
        }
        return rate;
    }
}
