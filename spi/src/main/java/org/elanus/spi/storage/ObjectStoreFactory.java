package org.elanus.spi.storage;

import org.elanus.spi.PluginImplements;

/** Names an object store implementation and opens it. Used after the plugin started. */
@PluginImplements
public interface ObjectStoreFactory {

    /** The implementation's name in lower case, such as {@code local}. */
    String name();

    /** Opens the store that the plugin's configuration names. The caller closes it. */
    ObjectStore open();
}
