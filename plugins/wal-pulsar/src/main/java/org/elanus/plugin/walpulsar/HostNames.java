package org.elanus.plugin.walpulsar;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.pulsar.client.impl.DnsResolverGroupImpl;
import org.apache.pulsar.client.impl.conf.ClientConfigurationData;
import org.apache.pulsar.shade.io.netty.channel.EventLoopGroup;
import org.apache.pulsar.shade.io.netty.resolver.AddressResolver;
import org.apache.pulsar.shade.io.netty.resolver.InetNameResolver;
import org.apache.pulsar.shade.io.netty.util.concurrent.EventExecutor;
import org.apache.pulsar.shade.io.netty.util.concurrent.Promise;
import org.elanus.spi.runtime.Threads;

/**
 * Looks host names up as the JDK does, on threads that may block. The client's own resolver has sockets and native parts
 * of its own, and cannot be closed without an error while it was not needed.
 */
final class HostNames extends DnsResolverGroupImpl {

    private final Threads threads;

    HostNames(ClientConfigurationData configuration, Threads threads) {
        super(configuration);
        this.threads = threads;
    }

    @Override
    public AddressResolver<InetSocketAddress> createAddressResolver(EventLoopGroup loops) {
        return new Lookup(loops.next()).asAddressResolver();
    }

    private final class Lookup extends InetNameResolver {

        Lookup(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            lookUp(promise, () -> InetAddress.getByName(name));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            lookUp(promise, () -> List.of(InetAddress.getAllByName(name)));
        }

        private <T> void lookUp(Promise<T> promise, Question<T> question) {
            threads.startVirtual("pulsar-host-name", () -> {
                try {
                    promise.trySuccess(question.ask());
                } catch (Exception e) {
                    promise.tryFailure(e);
                }
            });
        }
    }

    private interface Question<T> {
        T ask() throws UnknownHostException;
    }
}
