package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.junit.jupiter.api.Test;

/** Who may append: one handle an opener, terms, and the declared {@code exclusive} and {@code fencing}. */
interface TermChecks extends WalCheck {

    private WalCapabilities capabilities() {
        return kit().builder().capabilities();
    }

    @Test
    default void aSecondHandleOfOneOpenerIsRefusedUntilTheFirstIsClosed() {
        Wal wal = kit().open(1);
        WalKit.assertCode(StandardErrorCode.ALREADY_IN_USE, () -> kit().open(1));
        WalKit.assertCode(StandardErrorCode.ALREADY_IN_USE, () -> kit().open(2));
        kit().append(wal, 0, 0, 1);
        wal.close();
        kit().append(kit().open(2), 0, 1, 2);
    }

    @Test
    default void aTermMayStayButNotGoBack() {
        kit().open(5).close();
        WalKit.assertCode(StandardErrorCode.FENCED, () -> kit().open(4));
        kit().open(5).close();
        kit().open(6).close();
        WalKit.assertCode(StandardErrorCode.FENCED, () -> kit().open(5));
        kit().append(kit().open(6), 0, 0, 1);
    }

    @Test
    default void anExclusiveChannelIsRefusedToEveryOtherOpenerWhileItIsOpen() {
        assumeTrue(capabilities().exclusive(), "not declared: exclusive");
        WalOpener other = kit().anotherOpener();
        for (int term = 1; term < 6; term += 2) {
            Wal wal = kit().open(term);
            int higher = term + 1;
            WalKit.assertCode(StandardErrorCode.ALREADY_IN_USE, () -> kit().open(other, higher));
            kit().append(wal, 0, term, higher);
            wal.close();
            Wal next = kit().open(other, higher);
            MessageId last = kit().append(next, 1, term, higher).getLast();
            assertThat(kit().read(next, DeliverPolicy.EARLIEST, last)).hasSize(higher);
            next.close();
        }
    }

    @Test
    default void aChannelThatIsNotExclusiveIsTakenOverWhileItIsOpen() {
        assumeFalse(capabilities().exclusive(), "declared: exclusive");
        kit().append(kit().open(1), 0, 0, 3);
        WalOpener other = kit().anotherOpener();
        Wal next = kit().retried(() -> kit().open(other, 2));
        MessageId last = kit().append(next, 0, 3, 6).getLast();
        assertThat(kit().read(next, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 6));
    }

    @Test
    default void anOlderHandleIsFencedForGood() {
        requireFencing();
        Wal older = kit().open(1);
        kit().append(older, 0, 0, 3);
        WalOpener other = kit().anotherOpener();
        Wal newer = kit().retried(() -> kit().open(other, 2));
        for (int turn = 0; turn < 3; turn++) {
            int number = 100 + turn;
            kit().append(newer, 0, 3 + turn, 4 + turn);
            WalKit.assertCode(StandardErrorCode.FENCED, () -> kit().append(older, 0, number, number + 1));
        }
        MessageId last = kit().append(newer, 0, 6, 7).getFirst();
        assertThat(kit().read(newer, DeliverPolicy.EARLIEST, last)).isEqualTo(WalKit.records(0, 0, 7));
        older.close();
        // What was fenced may come back with a higher term.
        Wal again = kit().retried(() -> kit().open(3));
        kit().append(again, 0, 7, 8);
        WalKit.assertCode(StandardErrorCode.FENCED, () -> kit().append(newer, 0, 200, 201));
    }

    @Test
    default void fencingStopsAHandleInTheMiddleOfItsAppends() {
        requireFencing();
        Wal older = kit().open(1);
        MessageId begun = kit().append(older, 1, 0, 20).getLast();
        List<CompletableFuture<MessageId>> acknowledged = new ArrayList<>();
        CompletableFuture<Boolean> appending = kit().async(() -> {
            for (int number = 20; number < 1_000_000; number++) {
                CompletableFuture<MessageId> stage =
                        older.append(KitRecord.of(1, number).record()).toCompletableFuture();
                acknowledged.add(stage);
                kit().get(stage);
            }
            return true;
        });
        WalOpener other = kit().anotherOpener();
        Wal newer = kit().retried(() -> kit().open(other, 2));
        MessageId first = kit().append(newer, 2, 0, 1).getFirst();
        MessageId last = kit().append(newer, 2, 1, 50).getLast();
        WalKit.assertCode(StandardErrorCode.FENCED, () -> kit().get(appending));
        List<KitRecord> all = kit().read(newer, DeliverPolicy.EARLIEST, last);
        assertThat(all.subList(all.size() - 50, all.size())).isEqualTo(WalKit.records(2, 0, 50));
        List<KitRecord> ofOlder = all.subList(0, all.size() - 50);
        assertThat(ofOlder).isEqualTo(WalKit.records(1, 0, ofOlder.size()));
        kit().requireOrder(begun, first);
        for (CompletableFuture<MessageId> stage : acknowledged) {
            if (!stage.isCompletedExceptionally()) {
                kit().requireOrder(kit().get(stage), first);
            }
        }
    }

    private void requireFencing() {
        assumeTrue(capabilities().fencing(), "not declared: fencing");
        assertThat(capabilities().exclusive())
                .as("a log that declares fencing lets another opener in, so it is not exclusive")
                .isFalse();
    }

    @Test
    default void twoWritersThatOpenAtOnceAreNeverBothAbleToAppendAfterwards() throws Exception {
        assumeTrue(capabilities().fencing() || capabilities().exclusive(), "declared neither: fencing, exclusive");
        for (int round = 0; round < 5; round++) {
            WalOpener left = kit().anotherOpener();
            WalOpener right = kit().anotherOpener();
            CyclicBarrier together = new CyclicBarrier(2);
            List<CompletableFuture<Wal>> opening = new ArrayList<>();
            for (WalOpener opener : List.of(left, right)) {
                long term = 2L * round + (opener == left ? 1 : 2);
                int writer = opener == left ? 1 : 2;
                int number = 100 * round;
                opening.add(kit().async(() -> {
                    together.await();
                    Wal wal = kit().retried(() -> kit().open(opener, term));
                    try {
                        kit().append(wal, writer, number, number + 5);
                    } catch (ElanusException e) {
                        assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED);
                    }
                    return wal;
                }));
            }
            List<Wal> opened = new ArrayList<>();
            for (CompletableFuture<Wal> each : opening) {
                try {
                    opened.add(kit().get(each));
                } catch (ElanusException e) {
                    assertThat(e.code()).isIn(StandardErrorCode.ALREADY_IN_USE, StandardErrorCode.FENCED);
                }
            }
            int able = 0;
            for (Wal wal : opened) {
                try {
                    kit().append(wal, 3, 10 * round + able, 10 * round + able + 1);
                    able++;
                } catch (ElanusException e) {
                    assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED);
                }
            }
            assertThat(able).as("handles that can append").isEqualTo(1);
            left.close();
            right.close();
        }
    }
}
