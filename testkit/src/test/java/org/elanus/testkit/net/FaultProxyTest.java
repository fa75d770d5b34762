package org.elanus.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {

    private static final int PATIENCE_MILLIS = 30_000;
    /** Long enough for an answer on this machine; a test that waits so long expects none. */
    private static final int SILENCE_MILLIS = 100;

    private EchoServer server;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        proxy = FaultProxy.start(server.address(), 7);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
        assertThat(proxy.connections()).isZero();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(proxy.address(), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void expectEcho(Socket socket, int length) throws IOException {
        byte[] sent = bytes(length);
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(sent);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
        assertThat(socket.getInputStream().readNBytes(length)).isEqualTo(sent);
        sending.join();
    }

    private static void expectSilence(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    @Test
    void withoutFaultsEverythingPassesOnManyConnections() throws Exception {
        List<Thread> clients = new ArrayList<>();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        for (int i = 0; i < 20; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                try (Socket socket = connect()) {
                    for (int round = 1; round < 20; round++) {
                        expectEcho(socket, round * 5_000);
                    }
                } catch (Throwable e) {
                    failed.set(e);
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failed.get()).isNull();
        assertThat(proxy.accepted()).isEqualTo(20);
        assertThat(proxy.forwarded(Direction.TO_SERVER)).isEqualTo(20L * 5_000 * 190);
        assertThat(proxy.forwarded(Direction.TO_CLIENT)).isEqualTo(20L * 5_000 * 190);
    }

    @Test
    void endOfOneSideReachesTheOther() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes(100));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).hasSize(100);
        }
    }

    @Test
    void delayedBytesComeLaterAndWhole() throws Exception {
        try (Socket socket = connect()) {
            proxy.set(Direction.TO_CLIENT, Faults.NONE.delay(Duration.ofMillis(50), Duration.ofMillis(80)));
            long began = System.nanoTime();
            expectEcho(socket, 1_000);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        }
    }

    @Test
    void droppedBytesNeverComeWhileTheConnectionStaysUp() throws Exception {
        for (Direction direction : Direction.values()) {
            try (Socket socket = connect()) {
                expectEcho(socket, 10);
                proxy.set(direction, Faults.NONE.drop());
                socket.getOutputStream().write(1);
                expectSilence(socket);
                socket.getOutputStream().write(1);
                expectSilence(socket);
                assertThat(proxy.connections()).isEqualTo(1);
                proxy.heal();
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            try (Socket socket = connect()) {
                expectEcho(socket, 10);
            }
        }
    }

    @Test
    void resetReachesTheClientAsAReset() throws Exception {
        try (Socket socket = connect()) {
            expectEcho(socket, 10);
            proxy.reset();
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (Socket socket = connect()) {
            expectEcho(socket, 10);
        }
    }

    @Test
    void refusedConnectionsFailAndOpenOnesGoOnUntilItHeals() throws Exception {
        try (Socket before = connect()) {
            expectEcho(before, 10);
            int port = proxy.port();
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            expectEcho(before, 10);
            proxy.heal();
            assertThat(proxy.port()).isEqualTo(port);
            try (Socket after = connect()) {
                expectEcho(after, 10);
            }
        }
    }

    @Test
    void truncatedConnectionEndsAfterItsBytes() throws Exception {
        proxy.set(Direction.TO_CLIENT, Faults.NONE.truncate(1_234));
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes(2_000));
            assertThat(socket.getInputStream().readNBytes(1_234)).hasSize(1_234);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void duplicatedChunkComesTwice() throws Exception {
        try (Socket socket = connect()) {
            proxy.set(Direction.TO_SERVER, Faults.NONE.duplicate(1));
            byte[] sent = bytes(100);
            socket.getOutputStream().write(sent);
            byte[] twice = socket.getInputStream().readNBytes(200);
            assertThat(java.util.Arrays.copyOf(twice, 100)).isEqualTo(sent);
            assertThat(java.util.Arrays.copyOfRange(twice, 100, 200)).isEqualTo(sent);
        }
    }

    @Test
    void throttledBytesTakeTheirTime() throws Exception {
        try (Socket socket = connect()) {
            proxy.set(Direction.TO_SERVER, Faults.NONE.throttle(400_000));
            long began = System.nanoTime();
            expectEcho(socket, 40_000);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        }
    }

    @Test
    void partitionHoldsBytesAndNewConnectionsUntilItHeals() throws Exception {
        try (Socket before = connect()) {
            expectEcho(before, 10);
            proxy.partition();
            before.getOutputStream().write(bytes(10));
            expectSilence(before);
            try (Socket during = connect()) {
                during.getOutputStream().write(bytes(20));
                expectSilence(during);
                proxy.heal();
                assertThat(before.getInputStream().readNBytes(10)).isEqualTo(bytes(10));
                assertThat(during.getInputStream().readNBytes(20)).isEqualTo(bytes(20));
            }
        }
    }

    @Test
    void partitionForATimeHealsByItself() throws Exception {
        try (Socket socket = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    proxy.partition(Duration.ofMillis(50));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            expectEcho(socket, 10);
            expectEcho(socket, 100_000);
        }
    }

    @Test
    void serverThatIsNotThereLooksLikeAReset() throws Exception {
        server.close();
        assertThatThrownBy(() -> {
                    try (Socket socket = connect()) {
                        socket.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    @Test
    void closingEndsThreadsThatWait() throws Exception {
        proxy.set(Faults.NONE.delay(Duration.ofHours(1), Duration.ofHours(1)));
        try (Socket delayed = connect();
                Socket silent = connect()) {
            delayed.getOutputStream().write(bytes(10));
            assertThat(proxy.accepted()).isLessThanOrEqualTo(2);
            proxy.close(); // waits for its threads
            assertThat(silent.isConnected()).isTrue();
        }
    }

    @Test
    void faultsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Faults.NONE.duplicate(1.5)).hasMessageContaining("from 0 to 1, not 1.5");
        assertThatThrownBy(() -> Faults.NONE.throttle(-1)).hasMessageContaining("0 or more, not -1");
        assertThatThrownBy(() -> Faults.NONE.delay(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("PT2S");
    }
}
