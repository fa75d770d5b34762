package org.elanus.testkit.simulation.log;

import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.ChannelStore;
import org.elanus.spi.wal.WalOpener;

/** Decorates what a process of a schedule is made of; as it stands, it changes nothing. One is used for one schedule. */
public interface LogVariant {

    /** Nothing is broken. */
    LogVariant SOUND = new LogVariant() {};

    /** Stands between a room and the log. */
    default WalOpener log(WalOpener log) {
        return log;
    }

    /** Stands between a room and what it keeps outside of its log. */
    default ChannelStore store(ChannelStore store) {
        return store;
    }

    /** Stands between a room and those who see its records. */
    default ChannelLog.Applier applier(ChannelLog.Applier applier) {
        return applier;
    }

    /** Opens the room and may stand before it. */
    default LogRoom open(ChannelParts parts) {
        return LogRoom.open(parts);
    }
}
