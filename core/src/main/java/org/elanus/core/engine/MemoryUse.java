package org.elanus.core.engine;

import java.util.function.LongConsumer;
import org.elanus.core.runtime.MemoryAccountant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for the memory of growing segments. Rows that are in the log must be applied, so nothing is refused here:
 * inserts are refused before they reach the log ({@link MemoryAccountant#admitInsert}).
 */
final class MemoryUse {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryUse.class);

    private final MemoryAccountant accountant;

    MemoryUse(MemoryAccountant accountant) {
        this.accountant = accountant;
    }

    /** Told a growing segment's size whenever it changes; 0 at its end. */
    LongConsumer newConsumer() {
        MemoryAccountant.Reservation reservation = accountant.reserve("growing segments", 0);
        return bytes -> {
            if (bytes == 0) {
                reservation.close();
            } else if (!reservation.tryResize(bytes)) {
                LOG.warn("a growing segment takes {} bytes over the memory budget", bytes - reservation.bytes());
            }
        };
    }
}
