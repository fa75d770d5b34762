package org.elanus.spi.runtime;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.elanus.spi.HostImplements;

/**
 * Threads that the host owns and names. Safe for use by many threads. Everything started here for a plugin is
 * interrupted, and reported when it does not end, after the plugin's {@code stop()}.
 */
@HostImplements
public interface Threads {

    /** Starts a long-running thread that may block in I/O. The context class loader is the plugin's. */
    Thread start(String name, Runnable body);

    /** Starts a virtual thread. */
    Thread startVirtual(String name, Runnable body);

    /** A bounded pool for computing; the caller closes it. */
    ExecutorService pool(String name, int threads);

    /** An executor that starts one virtual thread a task; the caller closes it. */
    ExecutorService virtualExecutor(String name);

    /**
     * Runs the task again and again with the given pause between the end of one run and the start of the next. What it
     * throws is logged and does not end the repetition.
     */
    Repeating repeat(String name, Duration pause, Runnable task);

    /** A repeated task. Closing waits for a run under way. */
    interface Repeating extends AutoCloseable {
        /** Asks for a run now instead of at the end of the pause. */
        void wake();

        @Override
        void close();
    }
}
