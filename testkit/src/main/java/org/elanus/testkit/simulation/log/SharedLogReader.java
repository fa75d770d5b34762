package org.elanus.testkit.simulation.log;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;

/** Reads a {@link SharedLog} from one process. */
class SharedLogReader implements WalReader {

    final SharedLogOpener opener;
    final String channel;
    private boolean closed;

    SharedLogReader(SharedLogOpener opener, String channel) {
        this.opener = opener;
        this.channel = channel;
    }

    @Override
    public final String channel() {
        return channel;
    }

    final boolean isClosed() {
        return closed;
    }

    final ElanusException closedError() {
        return new ElanusException(StandardErrorCode.CLOSED, "log channel " + channel + " is closed");
    }

    @Override
    public final WalScanner scan(DeliverPolicy from) {
        if (closed) {
            throw closedError();
        }
        SharedLog log = opener.log;
        long first = switch (from) {
            case DeliverPolicy.Earliest _ -> log.firstId();
            case DeliverPolicy.Latest _ -> log.endId();
            case DeliverPolicy.From(var id) -> SharedLog.number(id);
            case DeliverPolicy.After(var id) -> SharedLog.number(id) + 1;
        };
        return new SharedLogScanner(this, first, from instanceof DeliverPolicy.Earliest);
    }

    @Override
    public void close() {
        closed = true;
        opener.wake();
    }
}
