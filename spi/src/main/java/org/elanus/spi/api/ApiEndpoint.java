package org.elanus.spi.api;

import java.time.Duration;
import java.util.List;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.auth.Door;
import org.elanus.spi.database.Database;

/**
 * Serves a protocol over the guarded database. The host calls {@link #open(Database, Door)} once when the engine is ready and
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

    /**
     * As {@link #open(Database)}, for an endpoint whose callers sign in. While authentication is on, the database
     * refuses the calls of an endpoint that does not implement this one, as nobody is signed in.
     *
     * @param door where callers sign in; valid as long as the database
     */
    default void open(Database database, Door door) {
        open(database);
    }

    /**
     * The addresses that it will bind, as configured; asked between start and {@link #open(Database, Door)}. The host refuses to serve
     * to others than this machine what only a default password guards; an endpoint that names no address counts as one that
     * serves others.
     */
    default List<String> hosts() {
        return List.of();
    }

    /** Where it serves, as {@code host:port}; empty while it is not open. */
    List<String> addresses();

    /** Refuses new calls, lets those under way end within the given time, then closes. */
    void close(Duration drain);
}
