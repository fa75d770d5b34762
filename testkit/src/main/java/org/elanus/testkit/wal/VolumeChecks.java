package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Much data over a restart. */
interface VolumeChecks extends WalCheck {

    @Test
    default void manyRecordsSurviveARestart() throws Exception {
        int count = kit().test.volume();
        Wal wal = kit().open(1);
        Deque<CompletionStage<MessageId>> underWay = new ArrayDeque<>();
        for (int number = 0; number < count; number++) {
            underWay.add(wal.append(KitRecord.of(0, number).record()));
            if (underWay.size() > 5_000) {
                kit().get(underWay.remove());
            }
        }
        underWay.forEach(kit()::get);
        kit().closeAll();
        kit().continueWith(kit().test.restart(kit().builder()));

        Wal later = kit().retried(() -> kit().open(2));
        kit().append(later, 1, 0, 1);
        try (WalScanner scanner = kit().reader().scan(DeliverPolicy.EARLIEST)) {
            MessageId previous = null;
            for (int number = 0; number < count; number++) {
                WalEntry entry = kit().next(scanner, true);
                assertThat(KitRecord.of(entry)).isEqualTo(KitRecord.of(0, number));
                if (previous != null && number % 100 == 0) {
                    kit().requireOrder(previous, entry.id());
                }
                previous = entry.id();
            }
            assertThat(KitRecord.of(kit().next(scanner))).isEqualTo(KitRecord.of(1, 0));
        }
    }
}
