package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Where scanners begin, and what positions are. */
interface ScanChecks extends WalCheck {

    @Test
    default void aScannerFromAnIdIncludesItAndOneAfterItDoesNot() {
        Wal wal = kit().open(1);
        List<MessageId> ids = kit().append(wal, 0, 0, 40);
        MessageId last = ids.getLast();
        for (int number = 0; number < 39; number += 13) {
            assertThat(kit().read(wal, new DeliverPolicy.From(ids.get(number)), last))
                    .isEqualTo(WalKit.records(0, number, 40));
            assertThat(kit().read(wal, new DeliverPolicy.After(ids.get(number)), last))
                    .isEqualTo(WalKit.records(0, number + 1, 40));
        }
        assertThat(kit().read(wal, new DeliverPolicy.From(last), last)).isEqualTo(WalKit.records(0, 39, 40));
    }

    @Test
    default void aScannerAfterTheLastRecordWaitsForTheNext() {
        Wal wal = kit().open(1);
        MessageId last = kit().append(wal, 0, 0, 5).getLast();
        WalScanner scanner = kit().keep(wal.scan(new DeliverPolicy.After(last)));
        WalKit.requireNothing(scanner);
        MessageId next = kit().append(wal, 0, 5, 6).getFirst();
        assertThat(kit().read(scanner, next)).isEqualTo(WalKit.records(0, 5, 6));
    }

    @Test
    default void theLatestScannerSeesOnlyWhatIsAppendedAfterIt() {
        Wal wal = kit().open(1);
        kit().append(wal, 0, 0, 20);
        WalScanner beside = kit().keep(wal.scan(DeliverPolicy.LATEST));
        WalScanner apart = kit().keep(kit().reader().scan(DeliverPolicy.LATEST));
        WalKit.requireNothing(beside);
        WalKit.requireNothing(apart);
        MessageId next = kit().append(wal, 0, 20, 23).getLast();
        assertThat(kit().read(beside, next)).isEqualTo(WalKit.records(0, 20, 23));
        assertThat(kit().read(apart, next)).isEqualTo(WalKit.records(0, 20, 23));
    }

    @Test
    default void aChannelThatNobodyWroteIsEmptyAndIsFollowedFromItsFirstRecord() {
        WalReader reader = kit().reader();
        WalScanner scanner = kit().keep(reader.scan(DeliverPolicy.EARLIEST));
        WalKit.requireNothing(scanner);
        MessageId last = kit().append(kit().open(1), 0, 0, 3).getLast();
        assertThat(kit().read(scanner, last)).isEqualTo(WalKit.records(0, 0, 3));
    }

    @Test
    default void aReaderOfAnotherOpenerFollowsTheWriter() {
        Wal wal = kit().open(1);
        WalReader reader = kit().keep(kit().anotherOpener().openReader(WalKit.CHANNEL));
        WalScanner scanner = kit().keep(reader.scan(DeliverPolicy.EARLIEST));
        for (int turn = 0; turn < 5; turn++) {
            MessageId last = kit().append(wal, 0, 10 * turn, 10 * turn + 10).getLast();
            assertThat(kit().read(scanner, last)).isEqualTo(WalKit.records(0, 10 * turn, 10 * turn + 10));
        }
    }

    @Test
    default void idsAreUnderstoodByAnOpenerThatNeverSawThem() throws Exception {
        List<MessageId> ids = kit().append(kit().open(1), 0, 0, 30);
        kit().continueWith(kit().test.restart(closed()));
        WalOpener later = kit().opener();
        List<MessageId> copies = ids.stream()
                .map(id -> new MessageId(String.copyValueOf(id.walName().toCharArray()), id.bytes()))
                .toList();
        for (int number = 0; number < 30; number++) {
            MessageId copy = copies.get(number);
            assertThat(copy).isEqualTo(ids.get(number));
            assertThat(copy.walName()).isEqualTo(kit().builder().name());
            assertThat(copy.bytes()).hasSizeBetween(1, 64);
            assertThat(later.compare(copy, ids.get(number))).isZero();
            if (number > 0) {
                kit().requireOrder(copies.get(number - 1), copy);
            }
        }
        WalReader reader = kit().reader();
        MessageId last = copies.getLast();
        assertThat(kit().read(reader, new DeliverPolicy.From(copies.get(11)), last))
                .isEqualTo(WalKit.records(0, 11, 30));
        assertThat(kit().read(reader, new DeliverPolicy.After(copies.get(11)), last))
                .isEqualTo(WalKit.records(0, 12, 30));
    }

    private WalOpenerBuilder closed() throws Exception {
        kit().closeAll();
        return kit().builder();
    }

    @Test
    default void idsOfAnotherImplementationAreRefused() {
        Wal wal = kit().open(1);
        MessageId own = kit().append(wal, 0, 0, 1).getFirst();
        MessageId foreign = new MessageId("not-" + own.walName(), own.bytes());
        MessageId nonsense = new MessageId(own.walName(), new byte[] {1});
        for (MessageId wrong : List.of(foreign, nonsense)) {
            WalKit.assertCode(
                    StandardErrorCode.INVALID_ARGUMENT, () -> kit().opener().compare(own, wrong));
            WalKit.assertCode(
                    StandardErrorCode.INVALID_ARGUMENT, () -> kit().opener().compare(wrong, own));
            WalKit.assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> wal.scan(new DeliverPolicy.From(wrong)));
            WalKit.assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> wal.scan(new DeliverPolicy.After(wrong)));
            WalKit.assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> wal.truncate(wrong));
        }
        assertThat(kit().read(wal, DeliverPolicy.EARLIEST, own)).hasSize(1);
    }
}
