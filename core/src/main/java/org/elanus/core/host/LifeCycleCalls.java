package org.elanus.core.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls into plugins, each on a fresh thread that bears the plugin's id and has its class loader as context class
 * loader, and at most for a given time. Thread-locals that the plugin sets die with the thread; whatever it throws is
 * logged here and goes on as words only, because a kept exception would keep the plugin's classes.
 */
final class LifeCycleCalls {

    private static final Logger log = LoggerFactory.getLogger(LifeCycleCalls.class);

    private static final int MAX_CAUSES = 5;
    /** They repeat themselves. */
    private static final int OVERFLOW_FRAMES = 20;

    private final Clock clock;
    private final Threads threads;

    LifeCycleCalls(Clock clock, Threads threads) {
        this.clock = clock;
        this.threads = threads;
    }

    /**
     * Calls and waits, also while the calling thread is interrupted, which it stays.
     *
     * @param what names the call in messages and in the thread's name, such as {@code start}
     * @throws PluginRefusedException when it threw anything or took too long; it is interrupted then and left alone
     */
    <T> T call(String plugin, ClassLoader loader, String what, Duration limit, Callable<T> body)
            throws PluginRefusedException {
        Outcome<T> outcome = new Outcome<>();
        Thread thread = threads.start(plugin + "/" + what, () -> {
            Thread.currentThread().setContextClassLoader(loader);
            try {
                outcome.complete(body.call(), null);
            } catch (PluginRefusedException e) {
                outcome.complete(null, e.getMessage());
            } catch (Throwable e) {
                try {
                    complain(log, "Plugin " + plugin + " failed in " + what, e);
                } finally {
                    outcome.complete(null, describe(e));
                }
            }
        });
        if (!outcome.await(clock, limit)) {
            String where = position(thread);
            thread.interrupt();
            throw new PluginRefusedException("%s did not return within %s; it stands in %s and was abandoned"
                    .formatted(what, inWords(limit), where));
        }
        return outcome.get(what);
    }

    /** Logs what a plugin threw; its own methods are called for that, and may throw again. */
    static void complain(Logger target, String message, Throwable error) {
        try {
            if (error instanceof StackOverflowError && error.getStackTrace().length > OVERFLOW_FRAMES) {
                error.setStackTrace(Arrays.copyOf(error.getStackTrace(), OVERFLOW_FRAMES));
            }
            target.error(message, error);
        } catch (Throwable e) {
            target.error(
                    "{}: {}, which cannot be printed", message, error.getClass().getName());
        }
    }

    /** The chain of causes without their stack traces. */
    static String describe(Throwable error) {
        List<String> causes = new ArrayList<>();
        Throwable cause = error;
        while (cause != null && causes.size() < MAX_CAUSES) {
            String message = messageOf(cause);
            String text = cause instanceof ElanusException && !message.isEmpty()
                    ? message
                    : cause.getClass().getName() + (message.isEmpty() ? "" : ": " + message);
            // Wrappers repeat their cause's words.
            if (causes.stream().noneMatch(said -> said.contains(text))) {
                causes.add(text);
            }
            cause = cause.getCause() == cause ? null : cause.getCause();
        }
        return String.join("; caused by ", causes);
    }

    /** Even this is the plugin's code. */
    private static String messageOf(Throwable error) {
        try {
            String message = error.getMessage();
            return message == null ? "" : message;
        } catch (Throwable e) {
            return "";
        }
    }

    static String inWords(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private static String position(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length == 0 ? "no method" : stack[0].getClassName() + "." + stack[0].getMethodName();
    }

    /** What came of one call. */
    private static final class Outcome<T> {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition completed = lock.newCondition();
        private boolean done;
        private @Nullable T value;
        private @Nullable String failure;

        void complete(@Nullable T result, @Nullable String problem) {
            lock.lock();
            try {
                done = true;
                value = result;
                failure = problem;
                completed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        boolean await(Clock clock, Duration limit) {
            long end = clock.nanos() + limit.toNanos();
            boolean interrupted = false;
            lock.lock();
            try {
                while (!done) {
                    long left = end - clock.nanos();
                    if (left <= 0) {
                        return false;
                    }
                    try {
                        clock.await(completed, left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return true;
            } finally {
                lock.unlock();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        T get(String what) throws PluginRefusedException {
            lock.lock();
            try {
                if (failure != null) {
                    throw new PluginRefusedException(failure);
                }
                if (value == null) {
                    throw new PluginRefusedException(what + " returned null");
                }
                return value;
            } finally {
                lock.unlock();
            }
        }
    }
}
