package org.elanus.core.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.runtime.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one plugin: named after it, with its class loader as context class loader, remembered while they run so
 * that the host can end those that the plugin leaves behind.
 */
final class PluginThreads implements Threads {

    private static final Logger log = LoggerFactory.getLogger(PluginThreads.class);

    private final Threads host;
    private final String plugin;
    private final ClassLoader loader;
    private final AtomicLong errors;
    private volatile boolean ended;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final Set<Pool> pools = ConcurrentHashMap.newKeySet();
    private final Set<Repeated> repeated = ConcurrentHashMap.newKeySet();

    PluginThreads(Threads host, String plugin, ClassLoader loader, AtomicLong errors) {
        this.host = host;
        this.plugin = plugin;
        this.loader = loader;
        this.errors = errors;
    }

    @Override
    public Thread start(String name, Runnable body) {
        return host.start(named(name), own(body));
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return host.startVirtual(named(name), own(body));
    }

    @Override
    public ExecutorService pool(String name, int threads) {
        return new Pool(named(name), host.pool(named(name), threads));
    }

    @Override
    public ExecutorService virtualExecutor(String name) {
        return new Pool(named(name), host.virtualExecutor(named(name)));
    }

    @Override
    public Repeating repeat(String name, Duration pause, Runnable task) {
        return new Repeated(named(name), host.repeat(named(name), pause, own(task)));
    }

    /** Names of threads that run now. */
    List<String> running() {
        return running.stream().map(Thread::getName).sorted().toList();
    }

    /**
     * Interrupts and shuts down what the plugin should have ended itself.
     *
     * @return what that was, in words
     */
    List<String> end() {
        ended = true;
        List<String> left = new ArrayList<>();
        for (Thread thread : running) {
            left.add("thread '" + thread.getName() + "'");
            thread.interrupt();
        }
        for (Pool pool : pools) {
            left.add("executor '" + pool.name + "'");
            pool.shutdownNow();
        }
        for (Repeated task : repeated) {
            left.add("repeated task '" + task.name + "'");
            // Closing waits for a run under way, which may never end.
            host.startVirtual(task.name + "/close", task::close);
        }
        return left.stream().sorted().toList();
    }

    private String named(String name) {
        return plugin + "/" + name;
    }

    private Runnable own(Runnable body) {
        return () -> {
            Thread current = Thread.currentThread();
            ClassLoader before = current.getContextClassLoader();
            current.setContextClassLoader(loader);
            running.add(current);
            try {
                // A thread that begins after the plugin has ended would be missed by end().
                if (!ended) {
                    body.run();
                }
            } catch (Throwable e) {
                errors.incrementAndGet();
                LifeCycleCalls.complain(log, "Plugin " + plugin + " failed in thread " + current.getName(), e);
            } finally {
                running.remove(current);
                current.setContextClassLoader(before);
            }
        };
    }

    /** An executor whose tasks see the plugin's class loader. */
    private final class Pool extends AbstractExecutorService {

        private final String name;
        private final ExecutorService target;

        Pool(String name, ExecutorService target) {
            this.name = name;
            this.target = target;
            pools.add(this);
        }

        @Override
        public void execute(Runnable command) {
            target.execute(own(command));
        }

        @Override
        public void shutdown() {
            pools.remove(this);
            target.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            pools.remove(this);
            return target.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return target.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return target.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return target.awaitTermination(timeout, unit);
        }

        @Override
        public void close() {
            pools.remove(this);
            target.close();
        }
    }

    private final class Repeated implements Repeating {

        private final String name;
        private final Repeating target;

        Repeated(String name, Repeating target) {
            this.name = name;
            this.target = target;
            repeated.add(this);
        }

        @Override
        public void wake() {
            target.wake();
        }

        @Override
        public void close() {
            repeated.remove(this);
            target.close();
        }
    }
}
