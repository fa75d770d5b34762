package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Forgetting: never more than asked for and, where it is declared, enough. */
interface TruncationChecks extends WalCheck {

    @Test
    default void truncatingKeepsEverythingBehindThePosition() {
        Wal wal = kit().open(1);
        List<MessageId> ids = kit().append(wal, 0, 0, 60);
        int upTo = 0;
        for (int asked : List.of(10, 10, 3, 40)) {
            wal.truncate(ids.get(asked));
            upTo = Math.max(upTo, asked);
            assertThat(kit().read(wal, new DeliverPolicy.After(ids.get(upTo)), ids.getLast()))
                    .isEqualTo(WalKit.records(0, upTo + 1, 60));
            List<KitRecord> left = kit().read(wal, DeliverPolicy.EARLIEST, ids.getLast());
            assertThat(left).isEqualTo(WalKit.records(0, 60 - left.size(), 60)).hasSizeGreaterThanOrEqualTo(59 - upTo);
        }
    }

    @Test
    default void aLogTruncatedToItsEndGoesOnAfterReopening() throws Exception {
        Wal wal = kit().open(1);
        List<MessageId> ids = new ArrayList<>(kit().append(wal, 0, 0, 30));
        wal.truncate(ids.getLast());
        wal.close();
        Wal again = kit().open(2);
        ids.addAll(kit().append(again, 0, 30, 31));
        kit().requireOrder(ids.get(29), ids.get(30));
        again.truncate(ids.getLast());
        kit().closeAll();
        kit().continueWith(kit().test.restart(kit().builder()));
        Wal later = kit().open(3);
        ids.addAll(kit().append(later, 0, 31, 40));
        kit().requireOrder(ids.get(30), ids.get(31));
        assertThat(kit().read(later, new DeliverPolicy.After(ids.get(30)), ids.getLast()))
                .isEqualTo(WalKit.records(0, 31, 40));
        List<KitRecord> left = kit().read(later, DeliverPolicy.EARLIEST, ids.getLast());
        assertThat(left).isEqualTo(WalKit.records(0, 40 - left.size(), 40));
    }

    @Test
    default void declaredTruncationFreesSpaceAndAPositionInItIsAnError() {
        assumeTrue(kit().builder().capabilities().truncation(), "not declared: truncation");
        int size = 16 << 10;
        int before = (int) (kit().test.truncatedBytes() / size) + 2;
        Wal wal = kit().open(1);
        List<CompletionStage<MessageId>> stages = new ArrayList<>();
        for (int number = 0; number < before + 10; number++) {
            stages.add(wal.append(new KitRecord(0, number, size).record()));
        }
        List<MessageId> ids = new ArrayList<>();
        stages.forEach(stage -> ids.add(kit().get(stage)));
        WalReader reader = kit().reader();
        wal.truncate(ids.get(before));
        kit().await("a later beginning of the truncated log", () -> {
            List<KitRecord> left = kit().read(reader, DeliverPolicy.EARLIEST, ids.getLast());
            assertThat(left).hasSizeGreaterThanOrEqualTo(9);
            return left.size() < ids.size();
        });
        for (WalReader each : List.of(reader, wal)) {
            for (DeliverPolicy gone :
                    List.of(new DeliverPolicy.From(ids.getFirst()), new DeliverPolicy.After(ids.getFirst()))) {
                WalKit.assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> {
                    try (WalScanner scanner = each.scan(gone)) {
                        kit().next(scanner);
                    }
                });
            }
            assertThat(kit().read(each, new DeliverPolicy.After(ids.get(before)), ids.getLast()))
                    .hasSize(9);
        }
    }
}
