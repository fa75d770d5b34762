package org.elanus.spi.wal.skeleton;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * How long something is open: until it is closed, or what it was opened from. Safe for use by many threads.
 *
 * <p>An object makes its lifetime inside the one of the object that it is opened from, acquires what it needs, and says
 * last, with {@link #releasing}, how to give that back. Its {@code close()} calls {@link #close()}.
 *
 * <pre>{@code
 * Scanner(Reader reader) {
 *     lifetime = reader.lifetime.inner("a scanner of channel " + reader.channel());
 *     consumer = connect();            // when this throws: lifetime.close(), and throw on
 *     lifetime.releasing(consumer::close);
 * }
 * }</pre>
 */
public final class Lifetime implements AutoCloseable {

    private final String name;
    private final @Nullable Lifetime outer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Lifetime> inner = new LinkedHashSet<>();
    private final CompletableFuture<Boolean> finished = new CompletableFuture<>();
    private @Nullable Runnable release;
    private volatile @Nullable Thread closer;
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    /** @param name of what is open, for messages, such as {@code log channel c-0} */
    public Lifetime(String name) {
        this(name, null);
    }

    private Lifetime(String name, @Nullable Lifetime outer) {
        this.name = name;
        this.outer = outer;
    }

    /**
     * A lifetime that ends with this one at the latest.
     *
     * @throws ElanusException CLOSED
     */
    public Lifetime inner(String name) {
        lock.lock();
        try {
            requireOpen();
            Lifetime opened = new Lifetime(name, this);
            inner.add(opened);
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says, once, what closing does after everything inside is closed. When it is closed already, does it here.
     *
     * @throws ElanusException CLOSED when it was closed before, after the action
     */
    public void releasing(Runnable action) {
        lock.lock();
        try {
            if (!closed) {
                release = action;
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
        throw closedError();
    }

    /** Names the thread that the release waits for, so that a close from that thread does not wait for itself. */
    public void workedBy(Thread thread) {
        worker = thread;
    }

    /** @throws ElanusException CLOSED */
    public void requireOpen() {
        if (closed) {
            throw closedError();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /** The error of a call that comes after closing. */
    public ElanusException closedError() {
        return new ElanusException(StandardErrorCode.CLOSED, name + " is closed");
    }

    /** How many lifetimes inside this one are open, for tests and health. */
    public int openInside() {
        lock.lock();
        try {
            return inner.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes what is inside, last opened first, then releases. Every failure is kept: the first is thrown, the others are
     * suppressed in it. Another thread that closes at the same time waits for the end; calling it again has no effect.
     */
    @Override
    public void close() {
        if (!begin()) {
            Thread current = Thread.currentThread();
            if (current != closer && current != worker) {
                finished.join();
            }
            return;
        }
        List<Throwable> failures = new ArrayList<>();
        for (Lifetime each : opened().reversed()) {
            attempt(each::close, failures);
        }
        attempt(takeRelease(), failures);
        Lifetime around = outer;
        if (around != null) {
            around.forget(this);
        }
        finished.complete(true);
        rethrow(failures);
    }

    private boolean begin() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closer = Thread.currentThread();
            closed = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private List<Lifetime> opened() {
        lock.lock();
        try {
            return List.copyOf(inner);
        } finally {
            lock.unlock();
        }
    }

    private Runnable takeRelease() {
        lock.lock();
        try {
            Runnable action = release;
            release = null;
            return action == null ? () -> {} : action;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Lifetime gone) {
        lock.lock();
        try {
            inner.remove(gone);
        } finally {
            lock.unlock();
        }
    }

    private static void attempt(Runnable action, List<Throwable> failures) {
        try {
            action.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private static void rethrow(List<Throwable> failures) {
        if (failures.isEmpty()) {
            return;
        }
        Throwable first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        if (first instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) first;
    }
}
