package org.elanus.core.wiring;

import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/** A log implementation that is open. */
record OpenLog(String name, WalOpener opener, WalCapabilities capabilities) {}
