package org.elanus.spi.api;

import java.time.Duration;
import java.util.List;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.database.Database;

/**
 * Serves a protocol over the guarded database. The host calls {@link #open} once when the engine is ready and
 * {@link #close} once before the engine closes; both after the plugin's start and before its stop.
 */
@PluginImplements
public interface ApiEndpoint {

    /** The protocol's name in lower case, such as {@code milvus}. */
    String name();

    /**
     * Binds and begins to serve.
     *
     * @throws org.elanus.spi.error.ElanusException ALREADY_IN_USE naming host and port when the port is taken
     */
    void open(Database database);

    /** Where it serves, as {@code host:port}; empty while it is not open. */
    List<String> addresses();

    /** Refuses new calls, lets those under way end within the given time, then closes. */
    void close(Duration drain);
}
