package org.elanus.plugin.walpulsar;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.OpenTelemetry;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.SizeUnit;
import org.apache.pulsar.client.impl.ClientBuilderImpl;
import org.apache.pulsar.client.impl.PulsarClientImpl;
import org.apache.pulsar.client.impl.conf.ClientConfigurationData;
import org.apache.pulsar.shade.io.netty.channel.EventLoopGroup;
import org.apache.pulsar.shade.io.netty.channel.nio.NioEventLoopGroup;
import org.apache.pulsar.shade.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Pulsar's client and its network threads. Transport and TLS are the JDK's own: native libraries hold on to the class
 * loader that brought them, and a stopped plugin could not be unloaded. Made and closed on threads of {@link
 * ClientThreads}.
 */
final class PulsarConnection implements AutoCloseable {

    private final EventLoopGroup loops;
    private final PulsarClientImpl client;

    private PulsarConnection(EventLoopGroup loops, PulsarClientImpl client) {
        this.loops = loops;
        this.client = client;
    }

    /** Makes the client. Does not connect. */
    static PulsarConnection to(PulsarSettings settings) throws PulsarClientException {
        ClientBuilderImpl builder = configure(settings);
        EventLoopGroup loops = new NioEventLoopGroup(
                settings.config().ioThreads(), new DefaultThreadFactory("elanus-pulsar-io", true));
        try {
            ClientConfigurationData configuration = builder.getClientConfigurationData();
            return new PulsarConnection(
                    loops,
                    PulsarClientImpl.builder()
                            .conf(configuration)
                            .eventLoopGroup(loops)
                            .dnsResolverGroup(new HostNames(configuration, settings.threads()))
                            .build());
        } catch (PulsarClientException | RuntimeException e) {
            loops.shutdownGracefully();
            throw e;
        }
    }

    private static ClientBuilderImpl configure(PulsarSettings settings) {
        WalPulsarConfig config = settings.config();
        int openMillis = Math.toIntExact(config.openTimeout().toMillis());
        ClientBuilderImpl builder = new ClientBuilderImpl();
        builder.serviceUrl(settings.serviceUrl())
                .operationTimeout(openMillis, MILLISECONDS)
                .lookupTimeout(openMillis, MILLISECONDS)
                .connectionTimeout(openMillis, MILLISECONDS)
                .startingBackoffInterval(config.reconnectBackoff().toNanos(), NANOSECONDS)
                .maxBackoffInterval(config.maxReconnectBackoff().toNanos(), NANOSECONDS)
                .ioThreads(config.ioThreads())
                // What is under way is limited before it gets here.
                .memoryLimit(0, SizeUnit.BYTES)
                .openTelemetry(OpenTelemetry.noop())
                .authentication(new Credentials(settings))
                .sslFactoryPlugin(JdkTls.class.getName())
                // JdkTls looks after it.
                .enableTlsHostnameVerification(false);
        builder.getClientConfigurationData().setStatsIntervalSeconds(0);
        return builder;
    }

    PulsarClientImpl client() {
        return client;
    }

    @Override
    public void close() throws PulsarClientException {
        try {
            // Handles are closed already; what is left does not wait for a broker that does not answer.
            client.shutdown();
        } finally {
            loops.shutdownGracefully(0, 1, SECONDS).awaitUninterruptibly();
        }
    }
}
