package org.elanus.testkit.wal;

import java.util.concurrent.CompletionStage;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;

/** Hands everything on. */
public class ForwardingWal implements Wal {

    protected final Wal wal;

    public ForwardingWal(Wal wal) {
        this.wal = wal;
    }

    @Override
    public ChannelInfo info() {
        return wal.info();
    }

    @Override
    public String channel() {
        return wal.channel();
    }

    @Override
    public CompletionStage<MessageId> append(WalRecord record) {
        return wal.append(record);
    }

    @Override
    public void truncate(MessageId upTo) {
        wal.truncate(upTo);
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        return wal.scan(from);
    }

    @Override
    public void close() {
        wal.close();
    }
}
