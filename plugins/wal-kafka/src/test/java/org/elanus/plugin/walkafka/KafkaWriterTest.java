package org.elanus.plugin.walkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.elanus.plugin.walkafka.KafkaFixture.CHANNEL;
import static org.elanus.plugin.walkafka.KafkaFixture.append;
import static org.elanus.plugin.walkafka.KafkaFixture.freshPrefix;
import static org.elanus.plugin.walkafka.KafkaFixture.get;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** What Kafka alone brings along: its fence, its markers, its death. */
class KafkaWriterTest {

    private final String prefix = freshPrefix();

    private KafkaWalOpenerBuilder builder() {
        return KafkaFixture.builder(TestBroker.direct(), Map.of("topic-prefix", prefix));
    }

    @Test
    void aSuccessorShutsOutItsPredecessorWithTheTransactionOpenOrNot() {
        try (WalOpener first = builder().build();
                WalOpener second = builder().build();
                WalOpener third = builder().build()) {
            Wal deposed = first.open(new ChannelInfo(CHANNEL, 1));
            append(deposed, "1");
            // Its transaction is open.
            Wal idle = second.open(new ChannelInfo(CHANNEL, 2));
            assertCode(StandardErrorCode.FENCED, catchThrowable(() -> append(deposed, "lost")));
            assertCode(StandardErrorCode.FENCED, catchThrowable(() -> append(deposed, "lost")));
            // This one has ended the transaction of its announcement and begun no other.
            Wal last = third.open(new ChannelInfo(CHANNEL, 3));
            assertCode(StandardErrorCode.FENCED, catchThrowable(() -> append(idle, "lost")));
            MessageId end = append(last, "2");
            assertThat(KafkaFixture.read(last, DeliverPolicy.EARLIEST, end)).isEqualTo(List.of("1", "2"));
        }
    }

    @Test
    void aLowerTermIsRefusedByAnyProcessAlsoBeforeTheFirstRecord() {
        try (WalOpener first = builder().build();
                WalOpener second = builder().build()) {
            Wal wal = first.open(new ChannelInfo(CHANNEL, 5));
            Throwable refused = catchThrowable(() -> second.open(new ChannelInfo(CHANNEL, 4)));
            assertCode(StandardErrorCode.FENCED, refused);
            assertThat(refused).hasMessageContaining("term 5").hasMessageContaining("lower term 4");
            wal.close();
            Wal again = first.open(new ChannelInfo(CHANNEL, 5));
            MessageId only = append(again, "5");
            again.truncate(only);
            again.close();
            // Truncation takes the announcements along, and the next one brings a new one.
            append(second.open(new ChannelInfo(CHANNEL, 6)), "6");
            assertCode(StandardErrorCode.FENCED, catchThrowable(() -> first.open(new ChannelInfo(CHANNEL, 5))));
        }
    }

    @Test
    void openTransactionsEndByThemselvesAndTheirMarkersAreNoRecords() throws Exception {
        try (WalOpener opener = builder().build();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.direct()))) {
            Wal wal = opener.open(new ChannelInfo(CHANNEL, 1));
            try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
                append(wal, "before");
                assertThat(KafkaFixture.text(scanner.poll(KafkaFixture.PATIENCE)))
                        .isEqualTo("before");
                String writer = prefix + CHANNEL + ".1";
                await().atMost(KafkaFixture.PATIENCE)
                        .until(() -> admin.describeTransactions(List.of(writer))
                                .description(writer)
                                .get()
                                .state()
                                .toString()
                                .equals("CompleteCommit"));
                MessageId last = append(wal, "after");
                assertThat(KafkaFixture.text(scanner.poll(KafkaFixture.PATIENCE)))
                        .isEqualTo("after");
                assertThat(KafkaFixture.read(wal, DeliverPolicy.EARLIEST, last)).isEqualTo(List.of("before", "after"));
                // What is there comes to one who does not wait for it, and then nothing does.
                try (WalScanner hasty = wal.scan(DeliverPolicy.EARLIEST)) {
                    assertThat(hastily(hasty)).isEqualTo("before");
                    assertThat(hastily(hasty)).isEqualTo("after");
                    assertThat(hasty.poll(Duration.ZERO)).isNull();
                }
            }
        }
    }

    private static String hastily(WalScanner scanner) {
        return KafkaFixture.text(
                await().atMost(KafkaFixture.PATIENCE).until(() -> scanner.poll(Duration.ZERO), Objects::nonNull));
    }

    @Test
    void aWriterThatKafkaShutOutWithoutASuccessorMayComeBack() throws Exception {
        try (WalOpener opener = builder().build();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.direct()))) {
            Wal wal = opener.open(new ChannelInfo(CHANNEL, 3));
            append(wal, "before");
            // What Kafka does to a writer whose transaction has gone on for too long.
            admin.fenceProducers(List.of(prefix + CHANNEL + ".3")).all().get();
            Throwable thrown = catchThrowable(() -> append(wal, "lost"));
            assertCode(StandardErrorCode.NOT_READY, thrown);
            assertThat(thrown).hasMessageContaining("no higher term is to be seen");
            assertCode(StandardErrorCode.NOT_READY, catchThrowable(() -> append(wal, "lost")));
            wal.close();
            Wal again = opener.open(new ChannelInfo(CHANNEL, 3));
            MessageId last = append(again, "after");
            assertThat(KafkaFixture.read(again, DeliverPolicy.EARLIEST, last)).isEqualTo(List.of("before", "after"));
        }
    }

    @Test
    void everyCompressionIsReadBack() {
        List<String> written = new ArrayList<>();
        long term = 0;
        MessageId last = null;
        for (WalKafkaConfig.Compression compression : WalKafkaConfig.Compression.values()) {
            Map<String, String> more = Map.of("topic-prefix", prefix, "compression", compression.name());
            try (WalOpener opener =
                    KafkaFixture.builder(TestBroker.direct(), more).build()) {
                Wal wal = opener.open(new ChannelInfo(CHANNEL, ++term));
                written.add(compression + " repeats itself".repeat(1000));
                last = append(wal, written.getLast());
            }
        }
        try (WalOpener opener = builder().build()) {
            assertThat(KafkaFixture.read(opener.openReader(CHANNEL), DeliverPolicy.EARLIEST, last))
                    .isEqualTo(written);
        }
    }

    @Test
    void aPositionBehindTheEndTellsThatRecordsWereLost() {
        try (WalOpener opener = builder().build()) {
            Wal wal = opener.open(new ChannelInfo(CHANNEL, 1));
            MessageId last = append(wal, "last");
            MessageId beyond = RecordCodec.id(RecordCodec.offset(last) + 1000);
            try (WalScanner scanner = wal.scan(new DeliverPolicy.From(beyond))) {
                Throwable thrown = catchThrowable(() -> scanner.poll(KafkaFixture.PATIENCE));
                assertCode(StandardErrorCode.CORRUPT, thrown);
                assertThat(thrown).hasMessageContaining(prefix + CHANNEL).hasMessageContaining("records were lost");
            }
        }
        try (WalOpener opener = builder().build()) {
            var missing = opener.openReader("never-made");
            assertCode(
                    StandardErrorCode.CORRUPT,
                    catchThrowable(() -> missing.scan(new DeliverPolicy.From(RecordCodec.id(3)))));
        }
    }

    @Test
    void aReaderOfAChannelThatIsNotThereYetSeesItsFirstRecord() {
        try (WalOpener opener = builder().build();
                WalScanner earliest = opener.openReader(CHANNEL).scan(DeliverPolicy.EARLIEST);
                WalScanner latest = opener.openReader(CHANNEL).scan(DeliverPolicy.LATEST)) {
            assertThat(earliest.poll(Duration.ZERO)).isNull();
            append(opener.open(new ChannelInfo(CHANNEL, 1)), "first");
            assertThat(KafkaFixture.text(earliest.poll(KafkaFixture.PATIENCE))).isEqualTo("first");
            assertThat(KafkaFixture.text(latest.poll(KafkaFixture.PATIENCE))).isEqualTo("first");
        }
    }

    @Test
    void noAcknowledgedRecordIsLostWhenTheBrokerIsKilledUnderLoadAndWritersGoOn() {
        requireNothingLost(() -> {
            TestBroker.SERVER.kill();
            TestBroker.SERVER.start();
        });
    }

    @Test
    void noAcknowledgedRecordIsLostWhenTheBrokerIsRestartedUnderLoadAndWritersGoOn() {
        requireNothingLost(TestBroker.SERVER::restart);
    }

    private void requireNothingLost(Runnable outage) {
        Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
        AtomicInteger numbers = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        KafkaWalOpenerBuilder builder = builder();
        try (WalOpener opener = builder.build()) {
            Wal wal = opener.open(new ChannelInfo(CHANNEL, 1));
            List<CompletableFuture<Throwable>> writers = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                CompletableFuture<Throwable> ended = new CompletableFuture<>();
                writers.add(ended);
                Thread.ofVirtual()
                        .start(() -> ended.complete(catchThrowable(() -> {
                            while (!over.get()) {
                                int number = numbers.incrementAndGet();
                                append(wal, "" + number);
                                acknowledged.add(number);
                            }
                        })));
            }
            await().atMost(KafkaFixture.PATIENCE).until(() -> acknowledged.size() > 500);
            outage.run();
            int before = acknowledged.size();
            // The delivery time is longer than the restart took, or the handle failed and says so.
            await().atMost(KafkaFixture.PATIENCE)
                    .until(() -> acknowledged.size() > before + 500
                            || opener.status().getFirst().failure().isPresent());
            over.set(true);
            for (CompletableFuture<Throwable> writer : writers) {
                Throwable failed = get(writer);
                if (failed != null) {
                    assertThat(failed)
                            .isInstanceOfSatisfying(
                                    ElanusException.class,
                                    e -> assertThat(e.code().category()).isEqualTo(ErrorCategory.RETRYABLE));
                }
            }
            wal.close();
            Wal next = opener.open(new ChannelInfo(CHANNEL, 2));
            MessageId last = append(next, "end");
            List<String> read = KafkaFixture.read(next, DeliverPolicy.EARLIEST, last);
            assertThat(read).doesNotHaveDuplicates();
            assertThat(read)
                    .containsAll(acknowledged.stream().map(String::valueOf).toList());
            await().atMost(KafkaFixture.PATIENCE).until(() -> builder.health().state() == Health.State.HEALTHY);
            assertThat(builder.health().message()).contains(TestBroker.direct()).contains("last append 20");
        }
    }

    private static void assertCode(StandardErrorCode code, Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
    }
}
