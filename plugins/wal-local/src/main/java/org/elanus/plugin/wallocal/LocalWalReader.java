package org.elanus.plugin.wallocal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalScanner;

/** Reads a channel, whether it is open for appending in this process or not. */
final class LocalWalReader implements WalReader {

    private final ChannelLog log;
    private final Consumer<LocalWalReader> whenClosed;
    private final Set<LocalWalScanner> scanners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LocalWalReader(ChannelLog log, Consumer<LocalWalReader> whenClosed) {
        this.log = log;
        this.whenClosed = whenClosed;
    }

    @Override
    public String channel() {
        return log.name();
    }

    @Override
    public WalScanner scan(DeliverPolicy from) {
        requireOpen();
        LocalWalScanner scanner = LocalWalScanner.begin(log, from, scanners::remove);
        scanners.add(scanner);
        if (closed) {
            scanner.close();
            requireOpen();
        }
        return scanner;
    }

    private void requireOpen() {
        if (closed) {
            throw Failures.closed(log.name());
        }
    }

    @Override
    public void close() {
        closed = true;
        scanners.forEach(LocalWalScanner::close);
        whenClosed.accept(this);
    }
}
