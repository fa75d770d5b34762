package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Many append, all read the same. */
interface AppendChecks extends WalCheck {

    @Test
    default void threeTermsStandInSequence() {
        List<KitRecord> expected = new ArrayList<>();
        List<MessageId> ids = new ArrayList<>();
        for (int term = 1; term <= 3; term++) {
            try (Wal wal = kit().open(term)) {
                assertThat(wal.info()).isEqualTo(new ChannelInfo(WalKit.CHANNEL, term));
                assertThat(wal.channel()).isEqualTo(WalKit.CHANNEL);
                ids.addAll(kit().append(wal, term, 0, 50));
                expected.addAll(WalKit.records(term, 0, 50));
                assertThat(kit().read(wal, DeliverPolicy.EARLIEST, ids.getLast()))
                        .isEqualTo(expected);
            }
        }
        for (int i = 1; i < ids.size(); i++) {
            kit().requireOrder(ids.get(i - 1), ids.get(i));
        }
        assertThat(kit().read(kit().reader(), DeliverPolicy.EARLIEST, ids.getLast()))
                .isEqualTo(expected);
    }

    @Test
    default void fiveParallelAppendersKeepTheirOrderAndTwoScannersSeeTheSame() {
        int each = 400;
        Wal wal = kit().open(1);
        WalReader reader = kit().reader();
        // One follows the appenders, one comes when half is there.
        WalScanner early = kit().keep(reader.scan(DeliverPolicy.EARLIEST));
        CompletableFuture<List<KitRecord>> followed = kit().async(() -> follow(early, 5 * each));
        List<CompletableFuture<List<MessageId>>> appenders = new ArrayList<>();
        for (int writer = 0; writer < 5; writer++) {
            int number = writer;
            appenders.add(kit().async(() -> kit().append(wal, number, 0, each)));
        }
        WalScanner late = kit().keep(wal.scan(DeliverPolicy.EARLIEST));
        List<KitRecord> seen = follow(late, 5 * each);
        for (CompletableFuture<List<MessageId>> appender : appenders) {
            List<MessageId> ids = kit().get(appender);
            for (int i = 1; i < each; i++) {
                kit().requireOrder(ids.get(i - 1), ids.get(i));
            }
        }
        assertThat(kit().get(followed)).isEqualTo(seen);
        for (int writer = 0; writer < 5; writer++) {
            int number = writer;
            assertThat(seen.stream().filter(record -> record.writer() == number))
                    .containsExactlyElementsOf(WalKit.records(writer, 0, each));
        }
    }

    private List<KitRecord> follow(WalScanner scanner, int count) {
        List<KitRecord> records = new ArrayList<>();
        MessageId previous = null;
        while (records.size() < count) {
            var entry = kit().next(scanner);
            if (previous != null) {
                kit().requireOrder(previous, entry.id());
            }
            previous = entry.id();
            records.add(KitRecord.of(entry));
        }
        WalKit.requireNothing(scanner);
        return records;
    }

    @Test
    default void aStageCompletesAfterEveryEarlierOneOfItsHandle() {
        Wal wal = kit().open(1);
        List<CompletableFuture<MessageId>> stages = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            stages.add(wal.append(KitRecord.of(0, number).record()).toCompletableFuture());
        }
        for (int number = 199; number >= 0; number -= 20) {
            kit().get(stages.get(number));
            assertThat(stages.subList(0, number)).allMatch(CompletableFuture::isDone);
        }
    }

    @Test
    default void channelsOfOneOpenerDoNotMix() {
        List<CompletableFuture<MessageId>> filled = new ArrayList<>();
        for (int channel = 0; channel < 4; channel++) {
            int number = channel;
            filled.add(kit().async(() -> {
                Wal wal = kit().keep(kit().opener().open(new ChannelInfo("kit-" + number, 7 + number)));
                return kit().append(wal, number, 0, 60).getLast();
            }));
        }
        for (int channel = 0; channel < 4; channel++) {
            MessageId last = kit().get(filled.get(channel));
            WalReader reader = kit().keep(kit().opener().openReader("kit-" + channel));
            assertThat(reader.channel()).isEqualTo("kit-" + channel);
            assertThat(kit().read(reader, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(channel, 0, 60));
        }
    }
}
