package org.elanus.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class KafkaServerTest {

    @Test
    void aBrokerAnswersOnItsPortsAndIsHaltedAndStopped() throws Exception {
        try (KafkaServer server = KafkaServer.started()) {
            assertThat(reachable(server.bootstrapServers())).isTrue();
            assertThat(reachable(server.saslBootstrapServers())).isTrue();
            assertThat(reachable("127.0.0.1:" + server.proxiedPort())).isTrue();
            server.pause();
            assertThat(server.isAlive()).isTrue();
            server.resume();
            server.stop();
            assertThat(server.isAlive()).isFalse();
        }
    }

    private static boolean reachable(String address) throws Exception {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }
}
