package org.elanus.plugin.walpulsar;

import java.util.Optional;
import org.apache.pulsar.client.api.MessageId;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;

/**
 * Where a scanner begins, as a position that stays the same when the connection is made again: Pulsar's own "latest" would
 * be another one then.
 *
 * @param position empty for the beginning of the topic
 * @param inclusive whether to read the message at the position too
 * @param deliver whether to deliver that message; without, its being there is only checked
 */
record StartPoint(Optional<Position> position, boolean inclusive, boolean deliver) {

    /** @throws ElanusException INVALID_ARGUMENT for a position that was truncated away */
    static StartPoint of(DeliverPolicy policy, TopicEnd end) {
        return switch (policy) {
            case DeliverPolicy.Earliest _ -> behind(end.truncated());
            case DeliverPolicy.Latest _ -> behind(end.position());
            case DeliverPolicy.From(var id) -> {
                Position from = Position.of(id);
                if (end.truncated().isPresent()
                        && from.compareTo(end.truncated().get()) <= 0) {
                    throw truncated(from);
                }
                yield new StartPoint(Optional.of(from), true, true);
            }
            case DeliverPolicy.After(var id) -> {
                Position after = Position.of(id);
                int distance = end.truncated().map(after::compareTo).orElse(1);
                if (distance < 0) {
                    throw truncated(after);
                }
                yield distance == 0 ? behind(Optional.of(after)) : new StartPoint(Optional.of(after), true, false);
            }
        };
    }

    static StartPoint behind(Optional<Position> position) {
        return new StartPoint(position, false, true);
    }

    MessageId pulsarId() {
        return position.map(Position::pulsarId).orElse(MessageId.earliest);
    }

    static ElanusException truncated(Position position) {
        return ElanusException.invalid(
                "the position %s of the log is not there any more: the log was truncated behind it", position.id());
    }
}
