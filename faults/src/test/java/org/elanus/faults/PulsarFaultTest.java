package org.elanus.faults;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.elanus.testkit.net.FaultProxy;
import org.elanus.testkit.servers.PulsarServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners that freeze and a broker that breaks, on Pulsar. */
class PulsarFaultTest {

    @SuppressWarnings("NullAway.Init")
    private static PulsarServer server;

    @SuppressWarnings("NullAway.Init")
    private static FaultProxy proxy;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        server = new PulsarServer(Map.of());
        proxy = FaultProxy.start(new InetSocketAddress("127.0.0.1", server.proxiedPort()), 1);
        server.advertiseProxy(proxy.port());
        server.start();
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void deposedOwnersDoNoHarm() throws Exception {
        ZombieSchedules.run(
                "pulsar", directory, Logs.pulsar(server.serviceUrl()), ZombieSchedules.COUNT, ZombieSchedules.SEED);
    }

    @Test
    void writesSurviveTheFaultsOfTheBroker() throws Exception {
        BrokerFaults.run("pulsar", directory, server, proxy, Logs.pulsar("pulsar://127.0.0.1:" + proxy.port()));
    }
}
