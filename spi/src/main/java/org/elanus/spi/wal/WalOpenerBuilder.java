package org.elanus.spi.wal;

import org.elanus.spi.PluginImplements;

/** Names a log implementation and makes openers of it. Safe for use by many threads; used after the plugin started. */
@PluginImplements
public interface WalOpenerBuilder {

    /** The implementation's name in lower case, such as {@code local}; it becomes part of every {@link MessageId}. */
    String name();

    /** What this implementation promises; the conformance kit checks every promise. */
    WalCapabilities capabilities();

    /** Makes an opener that owns its clients. The caller closes it. */
    WalOpener build();
}
