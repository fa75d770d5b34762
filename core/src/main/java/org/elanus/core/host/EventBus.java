package org.elanus.core.host;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.elanus.spi.event.Event;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of events, each on a thread of its own, in order and one at a time, through a bounded queue: what a
 * slow listener makes overflow is dropped and counted. Publishing never blocks. Safe for use by many threads.
 */
public final class EventBus implements Consumer<Event> {

    private static final Logger log = LoggerFactory.getLogger(EventBus.class);
    private static final int DEFAULT_CAPACITY = 4096;

    private final int capacity;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    public EventBus() {
        this(DEFAULT_CAPACITY);
    }

    /** @param capacity events that wait for one listener */
    public EventBus(int capacity) {
        this.capacity = capacity;
    }

    /** Hands the event to every listener's queue. */
    @Override
    public void accept(Event event) {
        for (Subscription subscription : subscriptions) {
            subscription.offer(event);
        }
    }

    /** What each listener did not hear of because its queue was full, by its name. */
    public Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        subscriptions.forEach(subscription -> dropped.put(subscription.name, subscription.dropped()));
        return dropped;
    }

    /**
     * Begins to tell a listener.
     *
     * @param threads give the listener's thread
     */
    public Subscription subscribe(String name, EventListener listener, Threads threads) {
        Subscription subscription = new Subscription(name, listener);
        subscriptions.add(subscription);
        threads.start("events-" + name, subscription::deliver);
        return subscription;
    }

    /** One listener's queue. */
    public final class Subscription implements AutoCloseable {

        private final String name;
        private final EventListener listener;
        private final Deque<Event> queue = new ArrayDeque<>();
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private long dropped;
        private boolean closed;
        private boolean ended;

        private Subscription(String name, EventListener listener) {
            this.name = name;
            this.listener = listener;
        }

        /** Events that this listener did not hear of because its queue was full. */
        public long dropped() {
            lock.lock();
            try {
                return dropped;
            } finally {
                lock.unlock();
            }
        }

        /** Ends delivery after the event that the listener handles now; what waits is dropped. */
        @Override
        public void close() {
            subscriptions.remove(this);
            lock.lock();
            try {
                closed = true;
                dropped += queue.size();
                queue.clear();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Waits, after {@link #close}, until the listener is no longer running. */
        public boolean awaitEnded(Clock clock, Duration limit) throws InterruptedException {
            long left = limit.toNanos();
            lock.lock();
            try {
                while (!ended) {
                    if (left <= 0) {
                        return false;
                    }
                    left = clock.await(changed, left);
                }
                return true;
            } finally {
                lock.unlock();
            }
        }

        private void offer(Event event) {
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                if (queue.size() < capacity) {
                    queue.add(event);
                    changed.signalAll();
                } else if (dropped++ == 0) {
                    log.warn("Event listener {} is too slow: events are dropped from now on", name);
                }
            } finally {
                lock.unlock();
            }
        }

        private void deliver() {
            try {
                while (true) {
                    Event event = take();
                    if (event == null) {
                        return;
                    }
                    try {
                        listener.on(event);
                    } catch (Throwable e) {
                        LifeCycleCalls.complain(log, "Event listener " + name + " failed on " + event, e);
                    }
                }
            } finally {
                lock.lock();
                try {
                    ended = true;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        }

        private @Nullable Event take() {
            lock.lock();
            try {
                while (queue.isEmpty() && !closed) {
                    changed.awaitUninterruptibly();
                }
                return queue.poll();
            } finally {
                lock.unlock();
            }
        }
    }
}
