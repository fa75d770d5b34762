package org.elanus.embedded;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.ElanusServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in for applications that want the database in their own process.
 *
 * <pre>{@code
 * try (EmbeddedDatabase database = Elanus.embedded().dataDirectory(Path.of("words")).open()) {
 *     CallContext context = CallContext.of(Principal.ANONYMOUS);
 *     database.createCollection(context, CollectionSpec.of("words", new CollectionSchema("", List.of(
 *             FieldSchema.primaryKey("id", DataType.INT64, false),
 *             FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 3)), false)));
 *     ...
 * }
 * }</pre>
 */
public final class Elanus {

    private static final Logger log = LoggerFactory.getLogger(Elanus.class);

    private Elanus() {}

    /** Begins to describe a database in this process. */
    public static Builder embedded() {
        return new Builder();
    }

    /** What the database shall be. For one thread. */
    public static final class Builder {

        private final Map<String, String> settings = new LinkedHashMap<>();

        private Builder() {}

        /** Where it keeps its files; created when missing. {@code elanus-data} when not given. */
        public Builder dataDirectory(Path directory) {
            return set("data.directory", directory.toString());
        }

        /**
         * Memory outside the Java heap for growing segments, index builds and queries, in bytes; at least 64 MiB. Half of
         * the machine's when not given.
         */
        public Builder memoryBudget(long bytes) {
            return set("memory.budget", Long.toString(bytes));
        }

        /**
         * Sets one key of the configuration, such as {@code segment.idle} or {@code plugins.wal-local.sync}. Neither
         * files nor environment variables are read.
         */
        public Builder set(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * Opens the database: what was acknowledged earlier is there when this returns. Plugins are those on the class
         * path.
         *
         * @throws org.elanus.spi.error.ElanusException CONFIGURATION_INVALID with everything that is wrong,
         *     ALREADY_IN_USE when another process or object uses the directory, CORRUPT or IO_FAILURE naming the file
         */
        public EmbeddedDatabase open() {
            warnWithoutVectorModule();
            Seams seams = Seams.system();
            Configuration.Builder builder = Configuration.builder(seams.files());
            settings.forEach((key, value) -> builder.set(key, value, "set by the application"));
            ElanusServer server = ElanusServer.embed(builder.build(), seams, classLoader());
            return handle(server);
        }

        private static ClassLoader classLoader() {
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return context == null ? Elanus.class.getClassLoader() : context;
        }
    }

    private static void warnWithoutVectorModule() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            log.warn(
                    "This JVM runs without the module jdk.incubator.vector: distances are computed several times slower."
                            + " Start it with --add-modules jdk.incubator.vector");
        }
    }

    /** Adds the two methods of the handle to the database's many. */
    private static EmbeddedDatabase handle(ElanusServer server) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == EmbeddedDatabase.class
                    || method.getDeclaringClass() == AutoCloseable.class) {
                if (method.getName().equals("dataDirectory")) {
                    return server.dataDirectory();
                }
                server.close();
                return null;
            }
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "Elanus on " + server.dataDirectory();
                };
            }
            try {
                return method.invoke(server.database(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        };
        return (EmbeddedDatabase)
                Proxy.newProxyInstance(Elanus.class.getClassLoader(), new Class<?>[] {EmbeddedDatabase.class}, calls);
    }
}
