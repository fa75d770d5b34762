package org.elanus.plugin.apimilvus.front;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.elanus.plugin.apimilvus.ApiMilvusConfig;
import org.elanus.plugin.apimilvus.call.Arrivals;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.UnknownCalls;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port for gRPC and HTTP/1.1. Owns its event loops. Opened once and closed once, each by one thread; when
 * {@link #close} has returned, no thread, socket or thread-local value of Netty or gRPC is left.
 */
public final class Front {

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    /** Calls that one connection may have under way; more wait at the client. */
    private static final int CALLS_A_CONNECTION = 256;

    private static final int LARGEST_HEADERS = 64 << 10;

    /** What is left of the time for draining when calls are cut off. */
    private static final Duration CUT_OFF = Duration.ofSeconds(2);

    /**
     * gRPC prints the stack at each message or connection that breaks the rules, which anybody may send. Held here
     * because the logging system forgets a logger, and its level, that nobody holds.
     */
    private static final java.util.logging.Logger[] NOISY = {
        java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerStream"),
        java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerTransport"),
        java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerHandler")
    };

    private final EventLoopGroup loops;
    private final AdoptedServerChannel adopted;
    private final ChannelGroup connections;
    private final Server grpc;
    private final HttpRequests http;
    private final Channel listener;

    private Front(
            EventLoopGroup loops,
            AdoptedServerChannel adopted,
            ChannelGroup connections,
            Server grpc,
            HttpRequests http,
            Channel listener) {
        this.loops = loops;
        this.adopted = adopted;
        this.connections = connections;
        this.grpc = grpc;
        this.http = http;
        this.listener = listener;
    }

    /**
     * Binds and begins to serve.
     *
     * @param arrivals counts what comes over gRPC
     */
    public static Front open(
            ApiMilvusConfig config,
            ServerServiceDefinition service,
            Arrivals arrivals,
            HttpService rest,
            CallRuntime runtime) {
        for (java.util.logging.Logger noisy : NOISY) {
            noisy.setLevel(java.util.logging.Level.SEVERE);
        }
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                config.ioThreads(), new DefaultThreadFactory("elanus-milvus", true), NioIoHandler.newFactory());
        Server grpc = null;
        try {
            AdoptedServerChannel adopted = new AdoptedServerChannel();
            grpc = NettyServerBuilder.forAddress(AdoptedServerChannel.anywhere())
                    .channelFactory(() -> adopted)
                    .bossEventLoopGroup(loops)
                    .workerEventLoopGroup(new AdoptedWorkers(loops))
                    // Set when the connection was accepted. Doing it again fails, with a loud log, where the client is
                    // gone.
                    .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                    .directExecutor()
                    .maxInboundMessageSize(
                            Math.toIntExact(config.maxMessageSize().bytes()))
                    .maxInboundMetadataSize(LARGEST_HEADERS)
                    .maxConcurrentCallsPerConnection(CALLS_A_CONNECTION)
                    .permitKeepAliveWithoutCalls(true)
                    .permitKeepAliveTime(config.permitKeepalive().toMillis(), TimeUnit.MILLISECONDS)
                    .addStreamTracerFactory(arrivals)
                    .addService(service)
                    .fallbackHandlerRegistry(new UnknownCalls(runtime))
                    .build()
                    .start();
            ChannelGroup connections = new DefaultChannelGroup("connections", loops.next(), true);
            HttpRequests http =
                    new HttpRequests(rest, runtime, config.maxMessageSize().bytes());
            Channel listener = bind(config, loops, new ProtocolSniffer.Protocols(adopted, http), connections);
            return new Front(loops, adopted, connections, grpc, http, listener);
        } catch (IOException | RuntimeException e) {
            if (grpc != null) {
                grpc.shutdownNow();
            }
            end(loops);
            if (e instanceof ElanusException known) {
                throw known;
            }
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "the Milvus endpoint cannot be opened", e);
        }
    }

    private static Channel bind(
            ApiMilvusConfig config,
            EventLoopGroup loops,
            ProtocolSniffer.Protocols protocols,
            ChannelGroup connections) {
        ChannelInitializer<Channel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                if (connections.size() >= config.maxConnections()) {
                    LOG.warn("connection {} refused: there are {} already", connection, config.maxConnections());
                    connection.close();
                    return;
                }
                connections.add(connection);
                connection.pipeline().addLast(new ProtocolSniffer(protocols));
            }
        };
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(initializer)
                .bind(config.host(), config.port())
                .awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        Throwable cause = bound.cause();
        String address = config.host() + ":" + config.port();
        if (cause instanceof java.net.BindException && !unassignable(cause)) {
            throw new ElanusException(
                    StandardErrorCode.ALREADY_IN_USE,
                    "cannot serve on " + address + ": the port is in use by another process; choose another port",
                    cause);
        }
        throw new ElanusException(
                StandardErrorCode.CONFIGURATION_INVALID,
                "cannot serve on " + address + ": " + (cause == null ? "unknown cause" : cause.getMessage()),
                cause);
    }

    private static boolean unassignable(Throwable cause) {
        String message = cause.getMessage();
        return message != null && (message.contains("assign") || message.contains("Permission"));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Refuses new connections and calls, lets those under way end within the given time, then cuts them off. */
    public void close(Duration drain) {
        listener.close().awaitUninterruptibly();
        grpc.shutdown();
        http.drain();
        long start = http.clock().nanos();
        boolean interrupted = false;
        try {
            boolean ended = grpc.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS);
            long left = drain.toMillis() - TimeUnit.NANOSECONDS.toMillis(http.clock().nanos() - start);
            ended &= http.awaitNone(Math.max(0, left));
            if (!ended) {
                LOG.info("calls are cut off after {}", drain);
                grpc.shutdownNow();
                grpc.awaitTermination(CUT_OFF.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
            grpc.shutdownNow();
        }
        connections.close().awaitUninterruptibly(CUT_OFF.toMillis());
        adopted.close().awaitUninterruptibly(CUT_OFF.toMillis());
        end(loops);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(EventLoopGroup loops) {
        loops.shutdownGracefully(0, CUT_OFF.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * CUT_OFF.toMillis());
        try {
            // Netty's one global thread, which notifies listeners of the loops' end, ends when it is idle for a second.
            GlobalEventExecutor.INSTANCE.awaitInactivity(CUT_OFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IllegalStateException e) {
            LOG.trace("the global executor never ran", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        FastThreadLocal.removeAll();
    }
}
