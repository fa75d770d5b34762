package org.elanus.plugin.apimilvus;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.plugin.apimilvus.call.Arrivals;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.MilvusService;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.elanus.plugin.apimilvus.front.Front;
import org.elanus.plugin.apimilvus.rest.RestService;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Door;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Milvus protocol on one port. Safe for use by many threads. */
final class MilvusEndpoint implements ApiEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(MilvusEndpoint.class);

    /** How long cancelled calls may take to notice. */
    private static final Duration LAST_CALLS = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable PluginContext context;
    private @Nullable Thread preparation;
    private volatile @Nullable Serving serving;

    /** What is there while the endpoint is open. */
    private record Serving(Front front, ExecutorService executor, CallRuntime runtime, List<String> addresses) {}

    void start(PluginContext pluginContext) {
        lock.lock();
        try {
            context = pluginContext;
            // Five hundred classes of messages and their descriptors, while others open the log and the stores.
            preparation = pluginContext.threads().start("milvus-preparation", MilvusServiceGrpc::getServiceDescriptor);
        } finally {
            lock.unlock();
        }
    }

    /** Ends what the host left open. */
    void stop() {
        close(Duration.ZERO);
        lock.lock();
        try {
            context = null;
            preparation = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return "milvus";
    }

    @Override
    public List<String> hosts() {
        PluginContext host = context;
        return host == null ? List.of() : List.of(host.configuration(ApiMilvusConfig.class).host());
    }

    @Override
    public void open(Database database) {
        throw new ElanusException(StandardErrorCode.INTERNAL, "the Milvus endpoint needs a door");
    }

    @Override
    public void open(Database database, Door door) {
        lock.lock();
        try {
            PluginContext host = context;
            if (host == null || serving != null) {
                throw new ElanusException(
                        StandardErrorCode.INTERNAL,
                        host == null ? "the Milvus endpoint is not started" : "the Milvus endpoint is open already");
            }
            awaitPreparation();
            ApiMilvusConfig config = host.configuration(ApiMilvusConfig.class);
            ExecutorService executor = host.threads().virtualExecutor("milvus-call");
            try {
                CallRuntime runtime = new CallRuntime(
                        executor,
                        host.clock(),
                        config.maxResponseSize().bytes(),
                        host.randomness(),
                        RequestBudget.ofHeap(),
                        door);
                Commands commands = MilvusService.commands(database, runtime);
                Front front = Front.open(
                        config,
                        commands.service(),
                        new Arrivals(RequestBudget.ofDirectMemory()),
                        new RestService(commands, runtime, isLoopback(config.host())),
                        runtime);
                InetSocketAddress address = front.address();
                List<String> addresses = List.of(config.host() + ":" + address.getPort());
                serving = new Serving(front, executor, runtime, addresses);
                LOG.info("serving the Milvus protocol on {}", addresses.getFirst());
            } catch (RuntimeException | Error e) {
                executor.shutdown();
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // opening the port says what is wrong with it
        }
    }

    /** Two threads that initialise the same generated classes could wait for each other. */
    private void awaitPreparation() {
        Thread thread = preparation;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ElanusException(StandardErrorCode.CLOSED, "interrupted while the Milvus endpoint opened", e);
        }
    }

    /**
     * Ends calls whose clients are cut off, and compactions. They are asked to, never interrupted: an interrupt would
     * close the files that the engine is using.
     */
    private static void end(Serving serving) {
        serving.runtime().stop();
        serving.executor().shutdown();
        try {
            if (!serving.executor().awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("calls did not end within {} after they were cancelled", LAST_CALLS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<String> addresses() {
        Serving now = serving;
        return now == null ? List.of() : now.addresses();
    }

    @Override
    public void close(Duration drain) {
        lock.lock();
        try {
            Serving now = serving;
            if (now == null) {
                return;
            }
            serving = null;
            now.front().close(drain);
            end(now);
            LOG.info("stopped serving on {}", now.addresses().getFirst());
        } finally {
            lock.unlock();
        }
    }
}
