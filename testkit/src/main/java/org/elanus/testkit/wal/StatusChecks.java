package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalStatus;
import org.junit.jupiter.api.Test;

/** The status tells the truth. What it tells of failures is checked where they are made. */
interface StatusChecks extends WalCheck {

    @Test
    default void theStatusCountsWhatBecameDurableForEachChannel() {
        WalOpener opener = kit().opener();
        assertThat(opener.status()).isEmpty();
        Wal first = kit().open(1);
        kit().keep(opener.open(new ChannelInfo("kit-1", 1)));
        assertThat(opener.status()).extracting(WalStatus::channel).containsExactlyInAnyOrder("kit-0", "kit-1");
        assertThat(opener.status()).allSatisfy(status -> {
            assertThat(status.lastAppend()).isEmpty();
            assertThat(status.appends()).isZero();
            assertThat(status.bytes()).isZero();
        });
        Instant before = Instant.now();
        kit().append(first, 0, 0, 30);
        first.close();
        kit().append(kit().open(2), 0, 30, 50);
        kit().await("a status without lag", () -> status(opener).lagBytes() == 0);
        WalStatus status = status(opener);
        assertThat(status.appends()).isEqualTo(50);
        assertThat(status.bytes())
                .isEqualTo(WalKit.records(0, 0, 50).stream()
                        .mapToInt(KitRecord::size)
                        .sum());
        assertThat(status.reachable()).isTrue();
        assertThat(status.failure()).isEmpty();
        // A second of tolerance for clocks of different grain.
        assertThat(status.lastAppend().orElseThrow())
                .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
        List<WalStatus> others = opener.status().stream()
                .filter(each -> each.channel().equals("kit-1"))
                .toList();
        assertThat(others).hasSize(1).allMatch(each -> each.appends() == 0);
    }

    private static WalStatus status(WalOpener opener) {
        return opener.status().stream()
                .filter(each -> each.channel().equals(WalKit.CHANNEL))
                .findFirst()
                .orElseThrow();
    }
}
