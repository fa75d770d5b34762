package org.elanus.core.manage;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for operators: {@code /healthz}, {@code /readyz}, {@code /plugins} and the routes that plugins contribute.
 * Every request runs on a virtual thread of its own. Safe for use by many threads.
 */
public final class ManagementServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ManagementServer.class);
    private static final int BACKLOG = 128;

    static final int MOST_CONNECTIONS = 256;

    /** Until all of a request is there. */
    private static final int REQUEST_SECONDS = 30;

    /** Until all of an answer is written, from the end of its request on. */
    private static final int RESPONSE_SECONDS = 600;

    private final HttpServer server;
    private final ExecutorService executor;
    private final String host;

    private ManagementServer(HttpServer server, ExecutorService executor, String host) {
        this.server = server;
        this.executor = executor;
        this.host = host;
    }

    /**
     * The JDK's server sets no limits by itself and reads them once for the process, before the first server opens.
     * Operators may have set others.
     */
    private static void limit() {
        Properties system = System.getProperties();
        system.putIfAbsent("sun.net.httpserver.maxReqTime", String.valueOf(REQUEST_SECONDS));
        system.putIfAbsent("sun.net.httpserver.maxRspTime", String.valueOf(RESPONSE_SECONDS));
        system.putIfAbsent("jdk.httpserver.maxConnections", String.valueOf(MOST_CONNECTIONS));
    }

    /**
     * Binds and begins to answer.
     *
     * @param host an address of this machine; loopback unless the operator says otherwise
     * @param port 0 for any free one
     * @throws ElanusException ALREADY_IN_USE naming host and port when the port is taken, CONFIGURATION_INVALID when the
     *     host is no address of this machine
     */
    public static ManagementServer open(String host, int port, ManagementPages pages, Threads threads) {
        limit();
        HttpServer server;
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
            server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
        } catch (UnknownHostException e) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID, "management.host = '" + host + "' is not a known host", e);
        } catch (BindException e) {
            throw refused(host, port, e);
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE,
                    "the management port " + host + ":" + port + " cannot be opened: " + e,
                    e);
        }
        ExecutorService executor = threads.virtualExecutor("management");
        server.setExecutor(executor);
        server.createContext("/", new ManagementHandler(pages, address.isLoopbackAddress()));
        server.start();
        ManagementServer opened = new ManagementServer(server, executor, host);
        log.info("The management port serves on {}", opened.address());
        return opened;
    }

    private static ElanusException refused(String host, int port, BindException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("assign")) {
            return new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "management.host = '" + host + "' is not an address of this machine",
                    cause);
        }
        if (message.contains("denied")) {
            return new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "management.port = " + port + " may not be used by this process: " + message,
                    cause);
        }
        return new ElanusException(
                StandardErrorCode.ALREADY_IN_USE,
                "the management port %s:%d is in use by another process; set management.port to a free one, or to 0"
                        .formatted(host, port),
                cause);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** As {@code host:port}. */
    public String address() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port();
    }

    /** Refuses new requests and ends those under way. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
