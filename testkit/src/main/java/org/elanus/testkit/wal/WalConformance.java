package org.elanus.testkit.wal;

import java.time.Duration;
import java.util.Optional;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.testkit.PluginContent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * What every log does. The test of an implementation extends this class and says, in {@link #freshLog}, how to get a log
 * without records; that is enough. What else can be overridden lets the kit do more: a check whose fault is not offered,
 * or whose capability is not declared, shows as skipped and says so.
 *
 * <p>The checks stand in the interfaces that this class implements, one a concern. They wait for conditions and never for
 * a time to pass; how long they wait before they give up is {@link #patience}.
 *
 * <pre>{@code
 * class MyWalTest extends WalConformance {
 *     @TempDir Path directory;
 *
 *     protected WalOpenerBuilder freshLog() throws Exception {
 *         return StartedPlugin.start(new MyWalPlugin(), directory, Map.of("plugins.wal-my.url", url)).log();
 *     }
 * }
 * }</pre>
 */
@Timeout(1200)
public abstract class WalConformance
        implements AppendChecks,
                ScanChecks,
                LifetimeChecks,
                RecordChecks,
                TermChecks,
                TruncationChecks,
                FaultChecks,
                VolumeChecks,
                StatusChecks,
                UnloadChecks {

    private @Nullable WalKit kit;

    /**
     * A started builder of a log in which the channels {@code kit-0}, {@code kit-1}, … have no records: a new directory,
     * or a prefix of its own for what lies on a broker. Called once a test.
     */
    protected abstract WalOpenerBuilder freshLog() throws Exception;

    /** Ends what {@link #freshLog} began; called after each test, when everything of it is closed. */
    protected void endLog() throws Exception {}

    /** How long the kit waits for something before it calls the log broken: generous, since no sound log takes it. */
    protected Duration patience() {
        return Duration.ofSeconds(Long.getLong("elanus.wal.patience", 60));
    }

    /** How many records the check of a restart with much data appends. */
    protected int volume() {
        return Integer.getInteger("elanus.wal.records", 100_000);
    }

    /** How many bytes of appends may be under way, as configured for the test, before appending blocks. */
    protected long maxBytesUnderWay() {
        return 64L << 20;
    }

    /** How many bytes must lie before a position so that truncating there surely frees some. */
    protected long truncatedBytes() {
        return 1 << 20;
    }

    /**
     * Ends all of the log, in an orderly way, and starts it again: a broker, or the plugin. All openers are closed.
     *
     * @return a builder over the same records; unless overridden the same builder, whose openers are made anew
     */
    protected WalOpenerBuilder restart(WalOpenerBuilder running) throws Exception {
        return running;
    }

    /**
     * Kills what holds the records (kill -9 of a broker, a power cut of a simulated disk) while appends are under way, and
     * starts it again. Openers are still open, and are closed by the kit afterwards.
     *
     * @return a builder over what survived; empty when this cannot be done
     */
    protected Optional<WalOpenerBuilder> crash(WalOpenerBuilder running) throws Exception {
        return Optional.empty();
    }

    /**
     * Breaks every connection to the log and lets none be made.
     *
     * @return closing it lets connections through again; empty when this cannot be done
     */
    protected Optional<AutoCloseable> breakConnection() throws Exception {
        return Optional.empty();
    }

    /**
     * Keeps the log from making anything durable, without an error.
     *
     * @return closing it lets the log go on; empty when this cannot be done
     */
    protected Optional<AutoCloseable> stall() throws Exception {
        return Optional.empty();
    }

    /**
     * Leaves, behind the last record of the channel, the beginning of one more, as a process does that dies while it
     * writes. The channel has records and is closed.
     *
     * @return false when this log has no such thing
     */
    protected boolean tearTail(String channel) throws Exception {
        return false;
    }

    /** The content of the plugin's jar, for the check that its classes can be unloaded after use. */
    protected Optional<PluginContent> pluginContent() throws Exception {
        return Optional.empty();
    }

    @BeforeEach
    final void openKit() throws Exception {
        kit = new WalKit(this, freshLog());
    }

    @AfterEach
    final void closeKit() throws Exception {
        WalKit opened = kit;
        kit = null;
        try {
            if (opened != null) {
                opened.close();
            }
        } finally {
            endLog();
        }
    }

    @Override
    public final WalKit kit() {
        WalKit opened = kit;
        if (opened == null) {
            throw new IllegalStateException("no test runs");
        }
        return opened;
    }
}
