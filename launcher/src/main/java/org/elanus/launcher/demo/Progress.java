package org.elanus.launcher.demo;

import java.io.PrintStream;
import java.util.Locale;
import org.elanus.spi.runtime.Clock;

/** Shows how far a step is: a bar that moves on a terminal, one line at the end elsewhere. For one thread. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 50_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;
    private final String step;
    private final long total;
    private final long begin;
    private long last;
    private long done;

    Progress(PrintStream out, boolean terminal, Clock clock, String step, long total) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.step = step;
        this.total = total;
        this.begin = clock.nanos();
        this.last = begin - REDRAW_NANOS;
        at(0);
    }

    /** Tells how much is done. */
    void at(long newDone) {
        done = Math.min(newDone, total);
        long now = clock.nanos();
        if (terminal && now - last >= REDRAW_NANOS) {
            last = now;
            int filled = (int) (WIDTH * done / total);
            out.printf(
                    Locale.ROOT,
                    "\r  %-8s [%s%s] %,d of %,d ",
                    step,
                    "#".repeat(filled),
                    ".".repeat(WIDTH - filled),
                    done,
                    total);
            out.flush();
        }
    }

    /** Ends the step with a line that says how long it took. */
    @Override
    public void close() {
        double seconds = (clock.nanos() - begin) / 1e9;
        String clear = terminal ? "\r\033[K" : "";
        out.printf(Locale.ROOT, "%s  %-8s %,d of %,d in %.1f s%n", clear, step, done, total, seconds);
        out.flush();
    }
}
