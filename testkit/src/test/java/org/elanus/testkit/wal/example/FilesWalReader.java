package org.elanus.testkit.wal.example;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;
import org.elanus.spi.wal.skeleton.Lifetime;

/** A channel open for reading. */
class FilesWalReader implements WalReader {

    private final String channel;
    final RecordFiles files;
    final Lifetime lifetime;

    FilesWalReader(String channel, RecordFiles files, Lifetime lifetime) {
        this.channel = channel;
        this.files = files;
        this.lifetime = lifetime;
    }

    @Override
    public String channel() {
        return channel;
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        lifetime.requireOpen();
        long oldest = files.oldest();
        long next =
                switch (from) {
                    case DeliverPolicy.Earliest earliest -> oldest;
                    case DeliverPolicy.Latest latest -> files.newest() + 1;
                    case DeliverPolicy.From position -> FilesWalOpener.number(position.id());
                    case DeliverPolicy.After position -> FilesWalOpener.number(position.id()) + 1;
                };
        if (next < oldest) {
            throw ElanusException.invalid("record %d of log channel %s was truncated away", next, channel);
        }
        return new FilesWalScanner(next, files, lifetime.inner("a scanner of log channel " + channel));
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
