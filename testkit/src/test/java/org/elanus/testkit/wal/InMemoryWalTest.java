package org.elanus.testkit.wal;

import java.util.Optional;
import java.util.Random;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.junit.jupiter.api.Nested;

/** The reference log does what it promises, whatever that is. */
class InMemoryWalTest {

    abstract static class Promising extends WalConformance {
        private final WalCapabilities capabilities;
        private InMemoryLog log = new InMemoryLog();

        Promising(boolean exclusive, boolean fencing, boolean truncation) {
            capabilities = new WalCapabilities(
                    exclusive, fencing, truncation, WalCapabilities.SMALLEST_MAX_RECORD_BYTES + 1000);
        }

        private static WalOpenerBuilder builder(InMemoryLog log) {
            return log.builder(new HostThreads(), new SystemClock());
        }

        @Override
        protected WalOpenerBuilder freshLog() {
            log = new InMemoryLog(capabilities);
            return builder(log);
        }

        @Override
        protected long maxBytesUnderWay() {
            return InMemoryLog.MAX_BYTES_UNDER_WAY;
        }

        @Override
        protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) {
            log = log.crash(new Random());
            return Optional.of(builder(log));
        }

        @Override
        protected Optional<AutoCloseable> stall() {
            return Optional.of(log.stall());
        }

        @Override
        protected Optional<AutoCloseable> breakConnection() {
            return Optional.of(log.disconnect());
        }
    }

    /** As files of one machine. */
    @Nested
    class Exclusive extends Promising {
        Exclusive() {
            super(true, false, true);
        }
    }

    /** As a broker that knows its newest producer. */
    @Nested
    class Fencing extends Promising {
        Fencing() {
            super(false, true, true);
        }
    }

    /** As a broker that lets everybody in. */
    @Nested
    class Shared extends Promising {
        Shared() {
            super(false, false, false);
        }
    }
}
