package org.elanus.spi.metadata;

import org.elanus.spi.PluginImplements;

/** Names a metadata store implementation and opens it. Used after the plugin started. */
@PluginImplements
public interface MetadataStoreFactory {

    /** The implementation's name in lower case, such as {@code sql}. */
    String name();

    /** Opens the store that the plugin's configuration names. The caller closes it. */
    MetadataStore open();
}
