package org.elanus.plugin.wallocal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/** What the tests of the log share. */
final class LogFixture {

    static final String CHANNEL = "c-0";
    static final Duration NO_WAIT = Duration.ZERO;
    static final Duration LONG = Duration.ofSeconds(20);

    private LogFixture() {}

    static LogSettings settings(Files files, Path directory, long segmentBytes) {
        return settings(files, directory, segmentBytes, new SystemClock());
    }

    static LogSettings settings(Files files, Path directory, long segmentBytes, Clock clock) {
        return new LogSettings(
                directory,
                segmentBytes,
                1 << 20,
                64 << 10,
                256 << 10,
                files,
                clock,
                new HostThreads(),
                new SystemRandomness());
    }

    static LocalWalOpener opener(LogSettings settings) {
        return new LocalWalOpener(settings, _ -> {});
    }

    static Wal open(LocalWalOpener opener) {
        return opener.open(new ChannelInfo(CHANNEL, 1));
    }

    /** A clock on which the pause before a mark never ends, so that the log never notes on its own how far it is durable. */
    static Clock endlessPauses() {
        return new Clock() {
            private final SystemClock system = new SystemClock();

            @Override
            public long millis() {
                return system.millis();
            }

            @Override
            public long nanos() {
                return system.nanos();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                system.sleep(duration);
            }

            @Override
            public long await(Condition condition, long nanos) throws InterruptedException {
                if (nanos != LocalWal.MARK_NANOS) {
                    return system.await(condition, nanos);
                }
                condition.await();
                return nanos;
            }
        };
    }

    static WalRecord record(String text) {
        return new WalRecord(List.of(MemorySegment.ofArray(text.getBytes(UTF_8))));
    }

    static MessageId append(Wal wal, String text) {
        return get(wal.append(record(text)));
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static String text(WalEntry entry) {
        return new String(entry.payload().toArray(ValueLayout.JAVA_BYTE), UTF_8);
    }

    /** All there is from a position on, without waiting. */
    static List<String> read(WalReader reader, DeliverPolicy from) {
        List<String> texts = new ArrayList<>();
        try (WalScanner scanner = reader.scan(from)) {
            for (WalEntry entry = scanner.poll(NO_WAIT); entry != null; entry = scanner.poll(NO_WAIT)) {
                texts.add(text(entry));
            }
        }
        return texts;
    }

    /** All there is, read without opening the channel for appending. */
    static List<String> readAll(LogSettings settings) {
        try (LocalWalOpener opener = opener(settings);
                WalReader reader = opener.openReader(CHANNEL)) {
            return read(reader, DeliverPolicy.EARLIEST);
        }
    }
}
