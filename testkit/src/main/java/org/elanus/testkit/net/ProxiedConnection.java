package org.elanus.testkit.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.SplittableRandom;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/** One client's connection through a {@link FaultProxy} and the one to the server behind it. */
final class ProxiedConnection {

    private static final int CHUNK = 16 << 10;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final FaultProxy proxy;
    private final Socket client;
    private final long seed;
    private final Socket server = new Socket();
    private @Nullable Thread main;
    private volatile boolean lost;
    private volatile boolean over;

    ProxiedConnection(FaultProxy proxy, Socket client, long seed) {
        this.proxy = proxy;
        this.client = client;
        this.seed = seed;
    }

    void start(Threads threads, InetSocketAddress target) {
        main = threads.startVirtual("fault-proxy-" + client.getPort(), () -> {
            try {
                // A partition keeps the connection from reaching the server, not from coming about.
                proxy.awaitPassage(Direction.TO_SERVER, this);
                server.connect(new InetSocketAddress(target.getHostString(), target.getPort()));
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                reset();
            }
            if (!over) {
                Thread answers = threads.startVirtual(
                        "fault-proxy-answers-" + client.getPort(), () -> pump(Direction.TO_CLIENT, server, client));
                pump(Direction.TO_SERVER, client, server);
                FaultProxy.join(answers);
            }
            close();
            proxy.ended(this);
        });
    }

    boolean hasLost() {
        return lost;
    }

    boolean isOver() {
        return over;
    }

    private void pump(Direction direction, Socket from, Socket to) {
        SplittableRandom random = new SplittableRandom(seed + direction.ordinal());
        byte[] chunk = new byte[CHUNK];
        long passed = 0;
        boolean deaf = false;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                Faults faults = proxy.awaitPassage(direction, this);
                long delay = faults.delayFrom().toNanos();
                proxy.pause(random.nextLong(delay, faults.delayTo().toNanos() + 1), this);
                if (over) {
                    return;
                }
                if (deaf || faults.dropped()) {
                    deaf = true;
                    lost = true;
                    continue;
                }
                int times = random.nextDouble() < faults.duplicateChance() ? 2 : 1;
                for (int i = 0; i < times; i++) {
                    long room = faults.truncateAfter() < 0 ? length : Math.max(0, faults.truncateAfter() - passed);
                    int some = (int) Math.min(length, room);
                    out.write(chunk, 0, some);
                    passed += some;
                    proxy.counter(direction).addAndGet(some);
                    if (some < length) {
                        close();
                        return;
                    }
                    if (faults.bytesPerSecond() > 0) {
                        proxy.pause(some * SECOND_NANOS / faults.bytesPerSecond(), this);
                    }
                }
            }
            if (!deaf) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            reset(); // one end broke: so does the other
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    /** Both ends see a reset instead of an end. */
    void reset() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already, or was never open.
            }
        }
        close();
    }

    private void close() {
        over = true;
        FaultProxy.closeQuietly(client);
        FaultProxy.closeQuietly(server);
        proxy.wakeAll();
    }

    void join() {
        FaultProxy.join(main);
    }
}
