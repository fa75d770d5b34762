package org.elanus.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a TCP server on this machine and does to their bytes what networks do. Faults are switched
 * while connections are open; what is random about them follows from the seed and the order in which connections came.
 *
 * <p>Safe for use by many threads. Listens on the loopback interface only. Closing it resets what is open and waits for
 * its threads.
 */
public final class FaultProxy implements AutoCloseable {

    private final InetSocketAddress server;
    private final long seed;
    private final Threads threads;
    private final Clock clock;
    /** Bound and never listening: it keeps the port while the proxy refuses connections. */
    private final Socket portHolder;

    private final ReentrantLock lock = new ReentrantLock();
    /** Faults were switched, or something was closed. */
    private final Condition changed = lock.newCondition();

    private final Map<Direction, Faults> faults = new EnumMap<>(Direction.class);
    private final List<ProxiedConnection> connections = new ArrayList<>();
    private final Map<Direction, AtomicLong> forwarded = new EnumMap<>(Direction.class);
    private final AtomicLong accepted = new AtomicLong();
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private boolean closed;

    private FaultProxy(int port, InetSocketAddress server, long seed, Seams seams) throws IOException {
        this.server = server;
        this.seed = seed;
        this.threads = seams.threads();
        this.clock = seams.clock();
        for (Direction direction : Direction.values()) {
            faults.put(direction, Faults.NONE);
            forwarded.put(direction, new AtomicLong());
        }
        portHolder = new Socket();
        portHolder.setReuseAddress(true);
        portHolder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Begins to listen on a free port. The server need not be there yet.
     *
     * @param server may be resolved or not
     */
    public static FaultProxy start(InetSocketAddress server, long seed) {
        return start(0, server, seed);
    }

    /** As {@link #start(InetSocketAddress, long)}, on a port that its clients are told beforehand; 0 for any. */
    public static FaultProxy start(int port, InetSocketAddress server, long seed) {
        try {
            FaultProxy proxy = new FaultProxy(port, server, seed, Seams.system());
            proxy.listen();
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect to; the same for as long as the proxy lives. */
    public InetSocketAddress address() {
        return (InetSocketAddress) portHolder.getLocalSocketAddress();
    }

    public int port() {
        return portHolder.getLocalPort();
    }

    /** Replaces the faults of one direction, of open connections too. */
    public void set(Direction direction, Faults next) {
        lock.lock();
        try {
            faults.put(direction, next);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Replaces the faults of both directions. */
    public void set(Faults next) {
        for (Direction direction : Direction.values()) {
            set(direction, next);
        }
    }

    /** New connections are refused; open ones are left alone. */
    public void refuse() {
        ServerSocket open;
        Thread accepting;
        lock.lock();
        try {
            open = listener;
            accepting = acceptor;
            listener = null;
            acceptor = null;
        } finally {
            lock.unlock();
        }
        closeQuietly(open);
        join(accepting);
    }

    /** Breaks every open connection with a reset, at both ends. */
    public void reset() {
        for (ProxiedConnection connection : open()) {
            connection.reset();
        }
    }

    /**
     * Nothing passes in either direction until {@link #heal()}. New connections come about, and nothing answers on them.
     * What was sent in the meantime goes on then, unless an end has given up.
     */
    public void partition() {
        set(Faults.NONE.stall());
    }

    /** {@link #partition()}, and healed when the time is up; returns then. */
    public void partition(Duration duration) throws InterruptedException {
        partition();
        try {
            clock.sleep(duration);
        } finally {
            heal();
        }
    }

    /** No faults any more; accepts connections again. Those that lost bytes are reset, as no stream goes on after that. */
    public void heal() {
        set(Faults.NONE);
        for (ProxiedConnection connection : open()) {
            if (connection.hasLost()) {
                connection.reset();
            }
        }
        try {
            listen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections that are open now. */
    public int connections() {
        return open().size();
    }

    /** Connections that were accepted so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Bytes that were passed on so far; repeated ones count again. */
    public long forwarded(Direction direction) {
        return counter(direction).get();
    }

    AtomicLong counter(Direction direction) {
        return forwarded.computeIfAbsent(direction, unused -> new AtomicLong());
    }

    private List<ProxiedConnection> open() {
        lock.lock();
        try {
            return List.copyOf(connections);
        } finally {
            lock.unlock();
        }
    }

    private void listen() throws IOException {
        lock.lock();
        try {
            if (listener != null || closed) {
                return;
            }
            ServerSocket opened = new ServerSocket();
            try {
                opened.setReuseAddress(true);
                opened.bind(address());
            } catch (IOException e) {
                opened.close();
                throw e;
            }
            listener = opened;
            acceptor = threads.startVirtual("fault-proxy-" + port(), () -> accept(opened));
        } finally {
            lock.unlock();
        }
    }

    private void accept(ServerSocket open) {
        while (true) {
            Socket client;
            try {
                client = open.accept();
            } catch (IOException e) {
                return; // closed
            }
            ProxiedConnection connection = new ProxiedConnection(this, client, seed + 2 * accepted.getAndIncrement());
            lock.lock();
            try {
                connections.add(connection);
            } finally {
                lock.unlock();
            }
            connection.start(threads, server);
        }
    }

    void ended(ProxiedConnection connection) {
        lock.lock();
        try {
            connections.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    /** The faults of a direction once it is not stalled; earlier when the connection is over. */
    Faults awaitPassage(Direction direction, ProxiedConnection connection) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                Faults now = faults.getOrDefault(direction, Faults.NONE);
                if (!now.stalled() || connection.isOver()) {
                    return now;
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void pause(long nanos, ProxiedConnection connection) throws InterruptedException {
        lock.lock();
        try {
            for (long left = nanos; left > 0 && !connection.isOver(); ) {
                left = clock.await(changed, left);
            }
        } finally {
            lock.unlock();
        }
    }

    void wakeAll() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        refuse();
        List<ProxiedConnection> left = open();
        left.forEach(ProxiedConnection::reset);
        left.forEach(ProxiedConnection::join);
        closeQuietly(portHolder);
    }

    static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            // It is out of use in any case.
        }
    }

    static void join(@Nullable Thread thread) {
        boolean interrupted = false;
        while (thread != null) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
