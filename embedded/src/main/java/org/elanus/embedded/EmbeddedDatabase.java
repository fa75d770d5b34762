package org.elanus.embedded;

import java.nio.file.Path;
import org.elanus.spi.database.Database;

/**
 * A database that runs inside this process. Safe for use by many threads. {@link #close} ends it: it waits for what is
 * under way, and leaves no thread, open file or mapping behind; everything acknowledged is durable.
 */
public interface EmbeddedDatabase extends Database, AutoCloseable {

    /** The directory that it uses alone while it is open; absolute. */
    Path dataDirectory();

    /**
     * Closes everything. Calling it again has no effect.
     *
     * @throws org.elanus.spi.error.ElanusException for the first failure, with the others as suppressed ones; all is
     *     closed nevertheless
     */
    @Override
    void close();
}
