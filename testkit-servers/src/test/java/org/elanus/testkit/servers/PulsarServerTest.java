package org.elanus.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PulsarServerTest {

    @Test
    void aBrokerComesUpAgainOnItsPortsAndDataAfterBeingKilled() throws Exception {
        try (PulsarServer server = PulsarServer.started()) {
            String address = server.serviceUrl();
            server.admin("PUT", "namespaces/public/kept", "{}");
            server.kill();
            server.restart();
            assertThat(server.serviceUrl()).isEqualTo(address);
            assertThat(server.admin("GET", "namespaces/public", "")).contains("public/kept");
        }
    }
}
