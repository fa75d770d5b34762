package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.WalStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** The kit fails each log that is broken on purpose, in the check that is about it. */
class BrokenWalTest {

    private static final int LARGEST = WalCapabilities.SMALLEST_MAX_RECORD_BYTES;
    private static final WalCapabilities SHARED = new WalCapabilities(false, false, false, LARGEST);
    private static final WalCapabilities TRUNCATING = new WalCapabilities(false, false, true, LARGEST);

    /** The kit over a log; with little patience for one that is known to be broken. */
    private static final class Kit extends WalConformance {
        private final WalCapabilities capabilities;
        private final Function<WalOpenerBuilder, WalOpenerBuilder> breaking;
        private final Duration patience;
        private InMemoryLog log = new InMemoryLog();

        Kit(
                WalCapabilities capabilities,
                Function<WalOpenerBuilder, WalOpenerBuilder> breaking,
                Duration patience) {
            this.patience = patience;
            this.capabilities = capabilities;
            this.breaking = breaking;
        }

        private WalOpenerBuilder builder() {
            return breaking.apply(log.builder(new HostThreads(), new SystemClock()));
        }

        @Override
        protected WalOpenerBuilder freshLog() {
            log = new InMemoryLog(capabilities);
            return builder();
        }

        @Override
        protected WalOpenerBuilder restart(WalOpenerBuilder running) {
            return builder();
        }

        @Override
        protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) {
            log = log.crash(new Random(7));
            return Optional.of(builder());
        }

        @Override
        protected Optional<AutoCloseable> stall() {
            return Optional.of(log.stall());
        }

        @Override
        protected Optional<AutoCloseable> breakConnection() {
            return Optional.of(log.disconnect());
        }

        @Override
        protected long maxBytesUnderWay() {
            return InMemoryLog.MAX_BYTES_UNDER_WAY;
        }

        @Override
        protected int volume() {
            return 500;
        }

        @Override
        protected Duration patience() {
            return patience;
        }
    }

    private static DynamicTest caught(
            String name, WalCapabilities sound, Function<WalOpenerBuilder, WalOpenerBuilder> breaking, ThrowingConsumer<WalConformance> check) {
        return DynamicTest.dynamicTest(name, () -> {
            Kit honest = new Kit(sound, builder -> new BrokenWal(builder) {}, Duration.ofSeconds(60));
            assertThat(run(honest, check)).as("the check of a sound log").isNull();
            assertThat(run(new Kit(sound, breaking, Duration.ofSeconds(2)), check))
                    .as("what the check says")
                    .isNotNull()
                    .isNotInstanceOf(NullPointerException.class)
                    .extracting(thrown -> thrown.getClass().getSimpleName())
                    .isNotEqualTo("TestAbortedException");
        });
    }

    private static @Nullable Throwable run(Kit kit, ThrowingConsumer<WalConformance> check) throws Exception {
        kit.openKit();
        ThrowingCallable call = () -> check.accept(kit);
        Throwable thrown = catchThrowable(call);
        catchThrowable(kit::closeKit);
        return thrown;
    }

    @TestFactory
    Stream<DynamicTest> brokenWhenReading() {
        return Stream.of(
                caught("after an id is inclusive", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    WalScanner scan(WalReader reader, DeliverPolicy from) {
                        return reader.scan(
                                from instanceof DeliverPolicy.After(var id) ? new DeliverPolicy.From(id) : from);
                    }
                }, WalConformance::aScannerFromAnIdIncludesItAndOneAfterItDoesNot),
                caught("from an id is exclusive", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    WalScanner scan(WalReader reader, DeliverPolicy from) {
                        return reader.scan(
                                from instanceof DeliverPolicy.From(var id) ? new DeliverPolicy.After(id) : from);
                    }
                }, WalConformance::aScannerFromAnIdIncludesItAndOneAfterItDoesNot),
                caught("latest is earliest", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    WalScanner scan(WalReader reader, DeliverPolicy from) {
                        return reader.scan(
                                from instanceof DeliverPolicy.Latest ? DeliverPolicy.EARLIEST : from);
                    }
                }, WalConformance::theLatestScannerSeesOnlyWhatIsAppendedAfterIt),
                caught("properties are lost", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    @Nullable
                    WalEntry poll(WalScanner scanner, Duration timeout) {
                        WalEntry entry = scanner.poll(timeout);
                        return entry == null ? null : new WalEntry(entry.id(), entry.payload(), Map.of());
                    }
                }, WalConformance::threeTermsStandInSequence),
                caught("a byte is wrong", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    @Nullable
                    WalEntry poll(WalScanner scanner, Duration timeout) {
                        WalEntry entry = scanner.poll(timeout);
                        if (entry == null) {
                            return null;
                        }
                        byte[] bytes = entry.payload().toArray(ValueLayout.JAVA_BYTE);
                        bytes[bytes.length - 1]++;
                        return new WalEntry(entry.id(), MemorySegment.ofArray(bytes), entry.properties());
                    }
                }, WalConformance::threeTermsStandInSequence),
                caught("every tenth record comes twice", SHARED, Repeating::new,
                        WalConformance::fiveParallelAppendersKeepTheirOrderAndTwoScannersSeeTheSame),
                caught("every tenth record is missing", SHARED, sound -> new BrokenWal(sound) {
                    private final AtomicInteger polled = new AtomicInteger();

                    @Override
                    @Nullable
                    WalEntry poll(WalScanner scanner, Duration timeout) {
                        WalEntry entry = scanner.poll(timeout);
                        return entry != null && polled.incrementAndGet() % 10 == 0 ? scanner.poll(timeout) : entry;
                    }
                }, WalConformance::manyRecordsSurviveARestart),
                caught("closing a scanner does not wake its poll", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    void close(WalScanner scanner) {}
                }, WalConformance::closingAScannerItsReaderItsHandleOrItsOpenerWakesABlockedPoll),
                caught("errors of a broken connection are not retryable", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    CompletionStage<MessageId> append(Wal wal, WalRecord record) {
                        return wal.append(record).exceptionally(e -> {
                            throw new ElanusException(StandardErrorCode.IO_FAILURE, "broken", e);
                        });
                    }
                }, WalConformance::aBrokenConnectionIsARetryableErrorAndHealsByItself));
    }

    /** Delivers the same entry again now and then. */
    private static final class Repeating extends BrokenWal {
        private @Nullable WalEntry again;
        private int polled;

        Repeating(WalOpenerBuilder sound) {
            super(sound);
        }

        @Override
        @Nullable
        synchronized WalEntry poll(WalScanner scanner, Duration timeout) {
            WalEntry entry = again;
            again = null;
            if (entry == null) {
                entry = scanner.poll(Duration.ZERO);
                again = entry != null && ++polled % 10 == 0 ? entry : null;
            }
            return entry;
        }
    }

    @TestFactory
    Stream<DynamicTest> brokenWhenAppending() {
        return Stream.of(
                caught("acknowledged before it is durable", SHARED, sound -> new BrokenWal(sound) {
                    private final AtomicLong sequence = new AtomicLong();
                    private final AtomicLong held = new AtomicLong();

                    @Override
                    CompletionStage<MessageId> append(Wal wal, WalRecord record) {
                        // What is acknowledged is not even on its way.
                        if (held.incrementAndGet() <= 300) {
                            return CompletableFuture.completedStage(InMemoryLog.id(sequence.incrementAndGet()));
                        }
                        return wal.append(record);
                    }
                }, WalConformance::aKillBetweenAppendAndAcknowledgementLosesNothingAcknowledgedAndHalvesNothing),
                caught("acknowledged out of order", SHARED, sound -> new BrokenWal(sound) {
                    private int count;

                    @Override
                    synchronized CompletionStage<MessageId> append(Wal wal, WalRecord record) {
                        CompletableFuture<MessageId> done = wal.append(record).toCompletableFuture();
                        if (count++ != 100) {
                            return done;
                        }
                        return new CompletableFuture<>();
                    }
                }, WalConformance::aStageCompletesAfterEveryEarlierOneOfItsHandle),
                caught("the limit that is declared is not the real one", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    public WalCapabilities capabilities() {
                        return new WalCapabilities(false, false, false, LARGEST + 1);
                    }
                }, WalConformance::aRecordOfTheDeclaredLimitIsTakenAndOneByteMoreIsRefused),
                caught("no limit is kept", new WalCapabilities(false, false, false, LARGEST + 1), sound -> new BrokenWal(sound) {
                    @Override
                    public WalCapabilities capabilities() {
                        return SHARED;
                    }
                }, WalConformance::aRecordOfTheDeclaredLimitIsTakenAndOneByteMoreIsRefused),
                caught("terms may go back", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    Wal open(WalOpener opener, ChannelInfo channel) {
                        return opener.open(new ChannelInfo(channel.name(), 1));
                    }
                }, WalConformance::aTermMayStayButNotGoBack),
                caught("the status tells nothing", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    List<WalStatus> status(WalOpener opener) {
                        return List.of();
                    }
                }, WalConformance::theStatusCountsWhatBecameDurableForEachChannel),
                caught("the status counts twice", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    List<WalStatus> status(WalOpener opener) {
                        return opener.status().stream()
                                .map(it -> new WalStatus(
                                        it.channel(),
                                        it.reachable(),
                                        it.lastAppend(),
                                        it.lagBytes(),
                                        2 * it.appends(),
                                        it.bytes(),
                                        it.failure()))
                                .toList();
                    }
                }, WalConformance::theStatusCountsWhatBecameDurableForEachChannel));
    }

    @TestFactory
    Stream<DynamicTest> brokenPromises() {
        WalCapabilities fencing = new WalCapabilities(false, true, false, LARGEST);
        WalCapabilities exclusive = new WalCapabilities(true, false, false, LARGEST);
        Function<WalOpenerBuilder, WalOpenerBuilder> shared =
                sound -> new InMemoryLog(SHARED).builder(new HostThreads(), new SystemClock());
        return Stream.of(
                caught("fencing is declared only", fencing, promising(shared, fencing),
                        WalConformance::anOlderHandleIsFencedForGood),
                caught("fencing is declared only, seen in the race", fencing, promising(shared, fencing),
                        WalConformance::twoWritersThatOpenAtOnceAreNeverBothAbleToAppendAfterwards),
                caught("exclusive is declared only", exclusive, promising(shared, exclusive),
                        WalConformance::anExclusiveChannelIsRefusedToEveryOtherOpenerWhileItIsOpen),
                caught("exclusive is kept and not declared", SHARED, sound -> new BrokenWal(
                        new InMemoryLog(exclusive).builder(new HostThreads(), new SystemClock())) {
                    @Override
                    public WalCapabilities capabilities() {
                        return SHARED;
                    }
                }, WalConformance::aChannelThatIsNotExclusiveIsTakenOverWhileItIsOpen),
                caught("truncation is declared only", TRUNCATING, sound -> new BrokenWal(sound) {
                    @Override
                    void truncate(Wal wal, MessageId upTo) {}
                }, WalConformance::declaredTruncationFreesSpaceAndAPositionInItIsAnError),
                caught("truncation takes one more", TRUNCATING, sound -> new BrokenWal(sound) {
                    @Override
                    void truncate(Wal wal, MessageId upTo) {
                        wal.truncate(InMemoryLog.id(InMemoryLog.sequence(upTo) + 1));
                    }
                }, WalConformance::truncatingKeepsEverythingBehindThePosition),
                caught("a truncated position begins at the oldest record", TRUNCATING, sound -> new BrokenWal(sound) {
                    @Override
                    @Nullable
                    WalEntry poll(WalScanner scanner, Duration timeout) {
                        try {
                            return scanner.poll(timeout);
                        } catch (ElanusException e) {
                            if (e.code() == StandardErrorCode.INVALID_ARGUMENT) {
                                return null;
                            }
                            throw e;
                        }
                    }
                }, WalConformance::declaredTruncationFreesSpaceAndAPositionInItIsAnError),
                caught("ids of another implementation are taken", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    int compare(WalOpener opener, MessageId left, MessageId right) {
                        return opener.compare(InMemoryLog.id(left.bytes()[7]), InMemoryLog.id(right.bytes()[7]));
                    }
                }, WalConformance::idsOfAnotherImplementationAreRefused),
                caught("ids are compared backwards", SHARED, sound -> new BrokenWal(sound) {
                    @Override
                    int compare(WalOpener opener, MessageId left, MessageId right) {
                        return opener.compare(right, left);
                    }
                }, WalConformance::idsAreUnderstoodByAnOpenerThatNeverSawThem),
                caught("a restart forgets", SHARED, Forgetting::new, WalConformance::manyRecordsSurviveARestart));
    }

    private static Function<WalOpenerBuilder, WalOpenerBuilder> promising(
            Function<WalOpenerBuilder, WalOpenerBuilder> kept, WalCapabilities declared) {
        return sound -> new BrokenWal(kept.apply(sound)) {
            @Override
            public WalCapabilities capabilities() {
                return declared;
            }
        };
    }

    /** Each builder has records of its own. */
    private static final class Forgetting extends BrokenWal {
        Forgetting(WalOpenerBuilder sound) {
            super(new InMemoryLog(sound.capabilities()).builder(new HostThreads(), new SystemClock()));
        }
    }
}
