package org.elanus.testkit.wal;

import java.util.List;
import java.util.function.UnaryOperator;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalStatus;

/** Hands everything on; handles that append are decorated. */
public class ForwardingOpener implements WalOpener {

    protected final WalOpener opener;
    private final UnaryOperator<Wal> decorator;

    public ForwardingOpener(WalOpener opener, UnaryOperator<Wal> decorator) {
        this.opener = opener;
        this.decorator = decorator;
    }

    @Override
    public Wal open(ChannelInfo channel) {
        return decorator.apply(opener.open(channel));
    }

    @Override
    public WalReader openReader(String channel) {
        return opener.openReader(channel);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return opener.compare(left, right);
    }

    @Override
    public List<WalStatus> status() {
        return opener.status();
    }

    @Override
    public void close() {
        opener.close();
    }
}
