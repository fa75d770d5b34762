package org.elanus.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class KafkaServerTest {

    @Test
    void aBrokerComesUpAgainOnItsPortAfterBeingKilled() throws Exception {
        try (KafkaServer server = KafkaServer.started()) {
            String address = server.bootstrapServers();
            assertThat(reachable(address)).isTrue();
            server.kill();
            server.restart();
            assertThat(server.bootstrapServers()).isEqualTo(address);
            assertThat(reachable(address)).isTrue();
            assertThat(reachable(server.saslBootstrapServers())).isTrue();
        }
    }

    private static boolean reachable(String address) throws Exception {
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }
}
