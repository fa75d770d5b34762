package org.elanus.spi.wal;

import org.elanus.spi.PluginImplements;

/**
 * Names a log implementation and makes openers of it. Safe for use by many threads; used after the plugin started. Lives
 * as long as its plugin; stopping the plugin closes the openers that are still open.
 */
@PluginImplements
public interface WalOpenerBuilder {

    /** The implementation's name in lower case, such as {@code local}; it becomes part of every {@link MessageId}. */
    String name();

    /**
     * What this implementation promises; the conformance kit checks every promise. The same for all its openers.
     *
     * @throws org.elanus.spi.error.ElanusException NOT_READY before the plugin started
     */
    WalCapabilities capabilities();

    /**
     * Makes an opener that owns its clients. The caller closes it. Need not connect: an opener may be built while the log
     * cannot be reached.
     *
     * @throws org.elanus.spi.error.ElanusException NOT_READY before the plugin started or, when it connects here, while
     *     the log cannot be reached; CONFIGURATION_INVALID naming the key
     */
    WalOpener build();
}
