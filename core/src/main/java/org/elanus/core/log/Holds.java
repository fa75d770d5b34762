package org.elanus.core.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Who needs how much of a channel's log. In memory: whoever needs it after a restart asks again. */
final class Holds {

    private final String channel;
    private final Map<String, Hold> byName = new ConcurrentHashMap<>();

    Holds(String channel) {
        this.channel = channel;
    }

    /** @throws ElanusException ALREADY_IN_USE when another one has the name */
    LogHold add(String name, LogPosition position) {
        Hold hold = new Hold(name, position);
        if (byName.putIfAbsent(name, hold) != null) {
            throw new ElanusException(
                    StandardErrorCode.ALREADY_IN_USE,
                    "channel '" + channel + "' is held under the name '" + name + "' already");
        }
        return hold;
    }

    /** The given position, or what is held from further back. */
    LogPosition lowest(LogPosition position) {
        LogPosition low = position;
        for (Hold hold : byName.values()) {
            LogPosition held = hold.position;
            if (held.sequence() < low.sequence()) {
                low = held;
            }
        }
        return low;
    }

    Map<String, LogPosition> positions() {
        Map<String, LogPosition> positions = new ConcurrentHashMap<>();
        byName.forEach((name, hold) -> positions.put(name, hold.position));
        return positions;
    }

    private final class Hold implements LogHold {
        private final String name;
        private volatile LogPosition position;

        Hold(String name, LogPosition position) {
            this.name = name;
            this.position = position;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public LogPosition position() {
            return position;
        }

        @Override
        public void advance(LogPosition to) {
            if (to.sequence() > position.sequence()) {
                position = to;
            }
        }

        @Override
        public void close() {
            byName.remove(name, this);
        }
    }
}
