package org.elanus.core.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of the JVM: daemons, named with a prefix, remembered for as long as they run, so that the owner of this object
 * can end and name those that are left behind.
 */
public final class HostThreads implements Threads {

    private static final Logger log = LoggerFactory.getLogger(HostThreads.class);

    private final String prefix;
    private final @Nullable ClassLoader contextClassLoader;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    /** Threads for the core itself. */
    public HostThreads() {
        this("", null);
    }

    /**
     * Threads for one owner.
     *
     * @param prefix put before every name
     * @param contextClassLoader of every thread; null = that of the thread that starts it
     */
    public HostThreads(String prefix, @Nullable ClassLoader contextClassLoader) {
        this.prefix = prefix;
        this.contextClassLoader = contextClassLoader;
    }

    /** The threads started here that have not ended yet, those of pools and executors included. */
    public List<Thread> running() {
        return List.copyOf(running);
    }

    @Override
    public Thread start(String name, Runnable body) {
        Thread thread = platform(prefix + name, body);
        thread.start();
        return thread;
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        Thread thread = virtual(prefix + name, body);
        thread.start();
        return thread;
    }

    @Override
    public ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(threads, numbered(name, this::platform));
    }

    @Override
    public ExecutorService virtualExecutor(String name) {
        return Executors.newThreadPerTaskExecutor(numbered(name, this::virtual));
    }

    /** {@inheritDoc} The first run comes after one pause, or when woken. The task runs on a platform thread, as it may compute for long. */
    @Override
    public Repeating repeat(String name, Duration pause, Runnable task) {
        RepeatedTask repeated = new RepeatedTask(prefix + name, pause, task);
        repeated.begin(platform(prefix + name, repeated));
        return repeated;
    }

    private Thread platform(String name, Runnable body) {
        return prepared(Thread.ofPlatform().daemon().name(name).unstarted(tracked(body)));
    }

    private Thread virtual(String name, Runnable body) {
        return prepared(Thread.ofVirtual().name(name).unstarted(tracked(body)));
    }

    private Thread prepared(Thread thread) {
        if (contextClassLoader != null) {
            thread.setContextClassLoader(contextClassLoader);
        }
        thread.setUncaughtExceptionHandler(
                (ended, error) -> log.error("Thread {} ended with an error", ended.getName(), error));
        return thread;
    }

    private Runnable tracked(Runnable body) {
        return () -> {
            Thread current = Thread.currentThread();
            running.add(current);
            try {
                body.run();
            } finally {
                running.remove(current);
            }
        };
    }

    private ThreadFactory numbered(String name, Maker maker) {
        AtomicLong number = new AtomicLong();
        return body -> maker.make(prefix + name + "-" + number.getAndIncrement(), body);
    }

    private interface Maker {
        Thread make(String name, Runnable body);
    }
}
