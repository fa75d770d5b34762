package org.elanus.testkit.wal;

import java.time.Duration;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalScanner;
import org.jspecify.annotations.Nullable;

/** Hands everything on. */
public class ForwardingScanner implements WalScanner {

    protected final WalScanner scanner;

    public ForwardingScanner(WalScanner scanner) {
        this.scanner = scanner;
    }

    @Override
    public @Nullable WalEntry poll(Duration timeout) {
        return scanner.poll(timeout);
    }

    @Override
    public void close() {
        scanner.close();
    }
}
