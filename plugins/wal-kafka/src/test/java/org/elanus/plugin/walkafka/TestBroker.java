package org.elanus.plugin.walkafka;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.elanus.testkit.net.FaultProxy;
import org.elanus.testkit.servers.KafkaServer;

/** The one broker of this module's tests, with a proxy before it. Both end with the JVM. */
final class TestBroker {

    static final KafkaServer SERVER = new KafkaServer(Map.of());

    static final FaultProxy PROXY =
            FaultProxy.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.proxiedPort()), 1);

    static {
        SERVER.advertiseProxy(PROXY.port());
        SERVER.start();
    }

    private TestBroker() {}

    /** The address of the proxy. */
    static String proxied() {
        return "127.0.0.1:" + PROXY.port();
    }

    /** The address of the broker itself. */
    static String direct() {
        return SERVER.bootstrapServers();
    }
}
