package org.elanus.plugin.wallocal;

import static org.elanus.plugin.wallocal.LogFixture.CHANNEL;
import static org.elanus.plugin.wallocal.LogFixture.get;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;

/**
 * A program, not a test: durable appends a second, of 1 KiB and of 100 KiB, with 1 and with 64 writers that each wait for
 * their record, beside what the disk allows: a bare loop that appends as many records as there are writers and syncs once.
 * Both take turns, since the disk's speed changes; the medians of the turns are compared. Arguments: a directory on the
 * disk to measure, the number of turns, seconds of a turn.
 */
final class AppendRates {

    private static final int SEGMENT = 64 << 20;

    private final Path directory;
    private final int turns;
    private final long turnNanos;
    private final LongAdder inFiles = new LongAdder();
    private int files;

    private AppendRates(Path directory, int turns, long turnNanos) {
        this.directory = directory;
        this.turns = turns;
        this.turnNanos = turnNanos;
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(arguments[0]), "append-rates");
        AppendRates rates = new AppendRates(
                directory,
                arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5,
                (long) (1e9 * (arguments.length > 2 ? Double.parseDouble(arguments[2]) : 1)));
        System.out.println("| record | writers | bare loop | wal-local | share | time in files |");
        for (int size : new int[] {1 << 10, 100 << 10}) {
            for (int writers : new int[] {1, 64}) {
                rates.compare(size, writers);
            }
        }
    }

    private void compare(int size, int writers) throws Exception {
        double[] bare = new double[turns];
        double[] log = new double[turns];
        double busy;
        try (BareLoop loop = new BareLoop(size, writers);
                LocalWalOpener opener = new LocalWalOpener(settings(), _ -> {});
                Wal wal = opener.open(new ChannelInfo(CHANNEL, 1))) {
            loop.rate();
            appendRate(wal, size, writers);
            long nanos = 0;
            inFiles.reset();
            for (int turn = 0; turn < turns; turn++) {
                bare[turn] = loop.rate();
                long begin = System.nanoTime();
                log[turn] = appendRate(wal, size, writers);
                nanos += System.nanoTime() - begin;
                wal.truncate(get(wal.append(new WalRecord(List.of()))));
            }
            busy = 100.0 * inFiles.sum() / nanos;
        }
        double[] shares = new double[turns];
        Arrays.setAll(shares, turn -> log[turn] / bare[turn]);
        System.out.printf(
                "| %d KiB | %d | %,.0f/s | %,.0f/s | %.0f %% | %.0f %% |%n",
                size >> 10, writers, median(bare), median(log), 100 * median(shares), busy);
    }

    /** Files that count the time spent writing and syncing. */
    private org.elanus.spi.io.Files timed(org.elanus.spi.io.Files files) {
        return (org.elanus.spi.io.Files) Proxy.newProxyInstance(
                AppendRates.class.getClassLoader(), new Class<?>[] {org.elanus.spi.io.Files.class}, (_, method, given) -> {
                    Object result = call(files, method, given);
                    if (!(result instanceof AppendFile file)) {
                        return result;
                    }
                    return Proxy.newProxyInstance(
                            AppendRates.class.getClassLoader(), new Class<?>[] {AppendFile.class}, (_, inner, values) -> {
                                long begin = System.nanoTime();
                                try {
                                    return call(file, inner, values);
                                } finally {
                                    inFiles.add(System.nanoTime() - begin);
                                }
                            });
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** As the plugin's configuration has it by default. */
    private LogSettings settings() {
        return new LogSettings(
                directory.resolve("log-" + files++),
                SEGMENT,
                16 << 20,
                8 << 20,
                64 << 20,
                timed(new LocalFiles()),
                new SystemClock(),
                new HostThreads(),
                new SystemRandomness());
    }

    /** The bare loop, in files as large as those of the log. */
    private final class BareLoop implements AutoCloseable {
        private final ByteBuffer bytes;
        private final int records;
        private Path path = directory;
        private AppendFile file;

        BareLoop(int size, int records) throws Exception {
            this.bytes = ByteBuffer.allocateDirect((int) RecordFormat.recordBytes(size) * records);
            this.records = records;
            this.file = begin();
        }

        private AppendFile begin() throws Exception {
            path = directory.resolve("bare-" + files++);
            return new LocalFiles().create(path);
        }

        double rate() throws Exception {
            long begin = System.nanoTime();
            long count = 0;
            for (; System.nanoTime() - begin < turnNanos; count += records) {
                if (file.size() + bytes.capacity() > SEGMENT) {
                    close();
                    file = begin();
                }
                file.append(bytes.clear());
                file.force();
            }
            return count * 1e9 / (System.nanoTime() - begin);
        }

        @Override
        public void close() throws Exception {
            file.close();
            Files.delete(path);
        }
    }

    private double appendRate(Wal wal, int size, int writers) throws Exception {
        LongAdder count = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        long begin = System.nanoTime();
        for (int t = 0; t < writers; t++) {
            threads.add(Thread.ofVirtual().start(() -> {
                WalRecord record = new WalRecord(List.of(MemorySegment.ofArray(new byte[size])));
                while (System.nanoTime() - begin < turnNanos) {
                    get(wal.append(record));
                    count.increment();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return count.sum() * 1e9 / (System.nanoTime() - begin);
    }
}
