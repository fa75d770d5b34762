package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/** The log under test, and what the checks of {@link WalConformance} do with it. Closes what it opened. */
public final class WalKit implements AutoCloseable {

    static final String CHANNEL = "kit-0";
    private static final Duration SLICE = Duration.ofMillis(100);

    final WalConformance test;
    private final Clock clock = new SystemClock();
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();
    private WalOpenerBuilder builder;
    private @Nullable WalOpener opener;

    WalKit(WalConformance test, WalOpenerBuilder builder) {
        this.test = test;
        this.builder = builder;
    }

    WalOpenerBuilder builder() {
        return builder;
    }

    /** The opener that most checks use, made when it is first asked for. */
    WalOpener opener() {
        WalOpener made = opener;
        if (made == null) {
            made = anotherOpener();
            opener = made;
        }
        return made;
    }

    WalOpener anotherOpener() {
        return keep(builder.build());
    }

    Wal open(long term) {
        return open(opener(), term);
    }

    Wal open(WalOpener by, long term) {
        return keep(by.open(new ChannelInfo(CHANNEL, term)));
    }

    WalReader reader() {
        return keep(opener().openReader(CHANNEL));
    }

    <T extends AutoCloseable> T keep(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Closes everything and goes on with another builder. */
    void continueWith(WalOpenerBuilder next) throws Exception {
        closeAll();
        builder = next;
    }

    void closeAll() throws Exception {
        opener = null;
        List<AutoCloseable> open = new ArrayList<>(opened);
        opened.clear();
        Exception first = null;
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public void close() throws Exception {
        closeAll();
    }

    // ---- appending

    MessageId append(Wal wal, KitRecord record) {
        return get(wal.append(record.record()));
    }

    /** Appends records {@code from} to {@code to} (exclusive) of a writer, all under way at once; their ids. */
    List<MessageId> append(Wal wal, int writer, int from, int to) {
        List<CompletionStage<MessageId>> stages = new ArrayList<>();
        for (int number = from; number < to; number++) {
            stages.add(wal.append(KitRecord.of(writer, number).record()));
        }
        List<MessageId> ids = new ArrayList<>();
        stages.forEach(stage -> ids.add(get(stage)));
        return ids;
    }

    /** A stage's result, waiting for it; its failure is thrown. */
    <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            return future.get(patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (CompletionException e) {
            throw rethrown(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no outcome after " + patience(), e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        Throwable error = cause instanceof CompletionException wrapped ? wrapped.getCause() : cause;
        if (error instanceof ElanusException known) {
            // A new one, so that the trace shows who waited.
            return new ElanusException(known.code(), String.valueOf(known.getMessage()), known);
        }
        return new IllegalStateException("a stage failed with something else than an ElanusException", error);
    }

    // ---- reading

    /** The next entry, waiting for it. */
    WalEntry next(WalScanner scanner) {
        return next(scanner, false);
    }

    /** @param broken whether errors that may be repeated are passed over */
    WalEntry next(WalScanner scanner, boolean broken) {
        long end = clock.nanos() + patience().toNanos();
        while (true) {
            try {
                WalEntry entry = scanner.poll(SLICE);
                if (entry != null) {
                    return entry;
                }
            } catch (ElanusException e) {
                if (!broken || e.code().category() != ErrorCategory.RETRYABLE) {
                    throw e;
                }
                pause();
            }
            if (clock.nanos() > end) {
                return fail("no record came within " + patience());
            }
        }
    }

    /** Everything from a position up to and including the given one, its order and content checked. */
    List<KitRecord> read(WalReader reader, DeliverPolicy from, MessageId last) {
        try (WalScanner scanner = reader.scan(from)) {
            return read(scanner, last);
        }
    }

    List<KitRecord> read(WalScanner scanner, MessageId last) {
        List<KitRecord> records = new ArrayList<>();
        MessageId previous = null;
        while (true) {
            WalEntry entry = next(scanner);
            if (previous != null) {
                requireOrder(previous, entry.id());
            }
            previous = entry.id();
            int order = opener().compare(entry.id(), last);
            if (order > 0) {
                return fail("the record at %s was passed over: %s came".formatted(last, entry.id()));
            }
            records.add(KitRecord.of(entry));
            if (order == 0) {
                return records;
            }
        }
    }

    void requireOrder(MessageId earlier, MessageId later) {
        assertThat(opener().compare(earlier, later))
                .as("%s stands before %s", earlier, later)
                .isNegative();
        assertThat(opener().compare(later, earlier))
                .as("%s stands behind %s", later, earlier)
                .isPositive();
    }

    /** A few polls bring nothing. */
    static void requireNothing(WalScanner scanner) {
        for (int i = 0; i < 3; i++) {
            WalEntry entry = scanner.poll(SLICE);
            assertThat(entry).as("a record that should not be there").isNull();
        }
    }

    static List<KitRecord> records(int writer, int from, int to) {
        List<KitRecord> records = new ArrayList<>();
        for (int number = from; number < to; number++) {
            records.add(KitRecord.of(writer, number));
        }
        return records;
    }

    // ---- waiting and failing

    Duration patience() {
        return test.patience();
    }

    void await(String what, BooleanSupplier condition) {
        long end = clock.nanos() + patience().toNanos();
        while (!condition.getAsBoolean()) {
            if (clock.nanos() > end) {
                fail(what + " did not happen within " + patience());
            }
            pause();
        }
    }

    /** Tries again while it fails with an error that may be repeated. */
    <T> T retried(Supplier<T> call) {
        long end = clock.nanos() + patience().toNanos();
        while (true) {
            try {
                return call.get();
            } catch (ElanusException e) {
                if (e.code().category() != ErrorCategory.RETRYABLE || clock.nanos() > end) {
                    throw e;
                }
                pause();
            }
        }
    }

    void pause() {
        try {
            clock.sleep(Duration.ofMillis(20));
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Runs on a thread of its own. */
    <T> CompletableFuture<T> async(Callable<T> body) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(body.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    static void assertCode(StandardErrorCode code, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
        assertThat(thrown.getMessage()).as("message").isNotBlank();
    }
}
