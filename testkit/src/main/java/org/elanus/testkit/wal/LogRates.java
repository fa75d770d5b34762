package org.elanus.testkit.wal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.ChannelStore;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogSettings;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Measures a log, as the core uses it, beside the least that can do the same on the same engine: records a second and
 * latencies of writers that each send their next record when the last one is certain. Both take turns. Prints rows for
 * bench/RESULTS.md. {@code -Delanus.bench.seconds} sets the length of a run, {@code -Delanus.bench.rounds} their number.
 */
public final class LogRates {

    private static final int[] SIZES = {1 << 10, 100 << 10};
    private static final int[] WRITERS = {1, 64};
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("elanus.bench.seconds", 2));
    private static final int ROUNDS = Integer.getInteger("elanus.bench.rounds", 2);

    private final Clock clock = new SystemClock();

    /** What is measured. */
    public interface Subject extends AutoCloseable {

        /** Sends a record; completes when its sender may rely on it. For many threads. */
        CompletableFuture<?> send(byte[] payload) throws Exception;
    }

    /** One that is measured at a size and with a number of writers. */
    public interface Run extends AutoCloseable {

        /** Works for so long. @return the nanoseconds that each record took */
        long[] work(long nanos) throws Exception;
    }

    /** Makes runs. */
    public interface Source {
        Run open(int size, int writers) throws Exception;
    }

    private record Measured(double rate, double p50, double p99) {}

    /** Measures sources in turns and prints a row of each for each size and number of writers. */
    public void compare(String bareName, Source bare, String name, Source subject) throws Exception {
        compare(bareName, bare, List.of(new Named(name, subject)));
    }

    /** One of several that are compared. */
    public record Named(String name, Source source) {}

    /** As above, with several beside the bare one. */
    public void compare(String bareName, Source bare, List<Named> subjects) throws Exception {
        List<Named> all = new ArrayList<>(subjects);
        all.addFirst(new Named(bareName, bare));
        System.out.println("| log | record | writers | records/s | MiB/s | p50 ms | p99 ms | share |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int size : SIZES) {
            for (int writers : WRITERS) {
                List<List<Measured>> measured = new ArrayList<>();
                all.forEach(one -> measured.add(new ArrayList<>()));
                for (int round = 0; round < ROUNDS; round++) {
                    for (int i = 0; i < all.size(); i++) {
                        measured.get(i).add(measure(all.get(i).source, size, writers));
                    }
                }
                double base = middle(measured.getFirst()).rate;
                for (int i = 0; i < all.size(); i++) {
                    Measured middle = middle(measured.get(i));
                    String share = i == 0 ? "" : "%.0f %%".formatted(100 * middle.rate / base);
                    print(all.get(i).name, size, writers, middle, share);
                }
            }
        }
    }

    private static Measured middle(List<Measured> rounds) {
        rounds.sort((left, right) -> Double.compare(left.rate, right.rate));
        return rounds.get(rounds.size() / 2);
    }

    private static void print(String name, int size, int writers, Measured measured, String share) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d KiB | %d | %,.0f | %.1f | %.2f | %.2f | %s |%n",
                name,
                size >> 10,
                writers,
                measured.rate,
                measured.rate * size / (1 << 20),
                measured.p50,
                measured.p99,
                share);
    }

    private Measured measure(Source source, int size, int writers) throws Exception {
        try (Run run = source.open(size, writers)) {
            run.work(RUN.toNanos() / 2); // to warm up
            long began = clock.nanos();
            long[] latencies = run.work(RUN.toNanos());
            double seconds = (clock.nanos() - began) / 1e9;
            Arrays.sort(latencies);
            return new Measured(
                    latencies.length / seconds,
                    latencies[latencies.length / 2] / 1e6,
                    latencies[(int) (latencies.length * 0.99)] / 1e6);
        }
    }

    /** Writers that each wait for their record before they send the next. */
    public Source writers(Callable<Subject> made) {
        return (size, writers) -> {
            Subject subject = made.call();
            return new Run() {
                @Override
                public long[] work(long nanos) throws Exception {
                    return write(subject, size, writers, nanos);
                }

                @Override
                public void close() throws Exception {
                    subject.close();
                }
            };
        };
    }

    private long[] write(Subject subject, int size, int writers, long nanos) throws Exception {
        long end = clock.nanos() + nanos;
        List<Writer> all = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            all.add(new Writer(subject, size, end));
        }
        all.forEach(Writer::next);
        for (Writer writer : all) {
            writer.ended.get();
        }
        return all.stream().flatMapToLong(writer -> writer.latencies.build()).toArray();
    }

    /** Sends its next record when the last one is certain, on the thread that tells it so: no thread's waking is measured. */
    private final class Writer {
        private final Subject subject;
        private final byte[] payload;
        private final long end;
        private final LongStream.Builder latencies = LongStream.builder();
        private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

        Writer(Subject subject, int size, long end) {
            this.subject = subject;
            this.payload = new byte[size];
            this.end = end;
            ThreadLocalRandom.current().nextBytes(payload);
        }

        void next() {
            long sent = clock.nanos();
            try {
                subject.send(payload.clone()).whenComplete((_, failure) -> certain(sent, failure));
            } catch (Exception e) {
                ended.completeExceptionally(e);
            }
        }

        private void certain(long sent, @Nullable Throwable failure) {
            long now = clock.nanos();
            latencies.add(now - sent);
            if (failure != null) {
                ended.completeExceptionally(failure);
            } else if (now < end) {
                next();
            } else {
                ended.complete(true);
            }
        }
    }

    /** A log as the core uses it: owned by a CLAIM, framed, and acknowledged when a record is certain to count. */
    public static Subject core(WalOpenerBuilder builder) {
        Clock clock = new SystemClock();
        WalOpener opener = builder.build();
        ChannelLog log = ChannelLog.open(new ChannelParts(
                opener,
                builder.capabilities(),
                "rates-0",
                "rates",
                new Epochs(),
                0,
                new HybridClock(clock),
                clock,
                new HostThreads(),
                LogSettings.defaults(),
                record -> {}));
        return new Subject() {
            @Override
            public CompletableFuture<?> send(byte[] payload) {
                MemorySegment offsets = MemorySegment.ofArray(new byte[8]);
                offsets.set(FixedColumn.INT, 4, payload.length);
                VariableColumn column =
                        new VariableColumn(DataType.VARCHAR, 1, offsets, MemorySegment.ofArray(payload), null);
                return log.append(new DataRecord(
                        1, 0, 1, DataRecord.ALL_PARTITIONS, null, 0, new ColumnBatch(1, Map.of("payload", column))));
            }

            @Override
            public void close() {
                log.close();
                opener.close();
            }
        };
    }

    /** For a bare producer with a tailing consumer: matches what is read to what was sent. For many threads. */
    public static final class Tailed {

        private final AtomicLong ids = new AtomicLong();
        private final Map<Long, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();

        /** Marks a payload that is about to be sent; completes when it was seen. */
        public CompletableFuture<Boolean> sending(byte[] payload) {
            long id = ids.incrementAndGet();
            ByteBuffer.wrap(payload).putLong(id);
            CompletableFuture<Boolean> seen = new CompletableFuture<>();
            waiting.put(id, seen);
            return seen;
        }

        /** A payload was read. */
        public void seen(byte[] payload) {
            CompletableFuture<Boolean> sender =
                    waiting.remove(ByteBuffer.wrap(payload).getLong());
            if (sender != null) {
                sender.complete(true);
            }
        }
    }

    /** The epochs of a channel that nobody else knows. They grow from run to run on one topic. */
    private static final class Epochs implements ChannelStore {

        private static final AtomicLong EPOCH = new AtomicLong();
        private final Map<String, byte[]> notes = new ConcurrentHashMap<>();

        @Override
        public long raiseEpoch() {
            return EPOCH.incrementAndGet();
        }

        @Override
        public long epoch() {
            return EPOCH.get();
        }

        @Override
        public Map<String, byte[]> notes() {
            return notes;
        }

        @Override
        public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {
            notes.putAll(put);
            notes.keySet().removeAll(remove);
        }
    }
}
