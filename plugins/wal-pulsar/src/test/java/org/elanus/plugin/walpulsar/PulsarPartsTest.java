package org.elanus.plugin.walpulsar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.junit.jupiter.api.Test;

/** What needs no broker. */
class PulsarPartsTest {

    private static final Position POSITION = new Position(700, 12, 3);

    @Test
    void positionsAreOrderedByLedgerThenEntryThenIndexAndComeBackFromTheirBytes() {
        assertThat(POSITION)
                .isGreaterThan(new Position(700, 12, 2))
                .isGreaterThan(new Position(700, 11, 900))
                .isGreaterThan(new Position(699, 5000, 0))
                .isLessThan(new Position(700, 13, -1));
        assertThat(Position.of(POSITION.id())).isEqualTo(POSITION);
        assertThat(Position.parse(POSITION.toString())).isEqualTo(POSITION);
        Position alone = new Position(Long.MAX_VALUE, 0, -1);
        assertThat(Position.of(alone.id())).isEqualTo(alone);
        assertThat(Position.parse(alone.toString())).isEqualTo(alone);
        assertThat(Position.of(POSITION.pulsarId())).isEqualTo(POSITION);
    }

    @Test
    void anotherLogsPositionIsRefused() {
        assertThatThrownBy(
                        () -> Position.of(new MessageId("local", POSITION.id().bytes())))
                .isInstanceOf(ElanusException.class);
        assertThatThrownBy(() -> Position.of(new MessageId("pulsar", new byte[8])))
                .isInstanceOf(ElanusException.class);
    }

    @Test
    void anEntryIsReleasedOnlyWhenNothingOfItIsNeeded() {
        assertThat(Position.of(POSITION.lastWholeEntry())).isEqualTo(new Position(700, 11, -1));
        assertThat(Position.of(new Position(700, 12, -1).lastWholeEntry())).isEqualTo(new Position(700, 12, -1));
    }

    @Test
    void copiesAreRecognisedByProducerAndNumber() {
        RepeatFilter filter = new RepeatFilter();
        assertThat(filter.isRepeat("a", 0)).isFalse();
        assertThat(filter.isRepeat("a", 1)).isFalse();
        assertThat(filter.isRepeat("a", 0)).isTrue();
        assertThat(filter.isRepeat("a", 1)).isTrue();
        assertThat(filter.isRepeat("b", 0)).isFalse();
        assertThat(filter.isRepeat("a", 1)).isTrue();
        assertThat(filter.isRepeat("a", 2)).isFalse();
    }

    @Test
    void aPositionInWhatWasTruncatedIsRefusedAndOneAtItsEndIsNot() {
        TopicEnd end = new TopicEnd(Optional.of(new Position(701, 0, -1)), 4, Optional.of(POSITION));
        MessageId before = new Position(700, 12, 2).id();
        for (DeliverPolicy gone : new DeliverPolicy[] {
            new DeliverPolicy.From(before), new DeliverPolicy.After(before), new DeliverPolicy.From(POSITION.id())
        }) {
            assertThatThrownBy(() -> StartPoint.of(gone, end))
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("truncated");
        }
        assertThat(StartPoint.of(new DeliverPolicy.After(POSITION.id()), end))
                .isEqualTo(StartPoint.behind(Optional.of(POSITION)));
        assertThat(StartPoint.of(DeliverPolicy.EARLIEST, end)).isEqualTo(StartPoint.behind(Optional.of(POSITION)));
        assertThat(StartPoint.of(DeliverPolicy.LATEST, end)).isEqualTo(StartPoint.behind(end.position()));
        assertThat(StartPoint.of(DeliverPolicy.LATEST, TopicEnd.EMPTY)).isEqualTo(StartPoint.behind(Optional.empty()));
    }
}
