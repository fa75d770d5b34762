package org.elanus.plugin.storagelocal;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;

/** Contributes the object store {@code local}. */
public final class StorageLocalPlugin implements ElanusPlugin {

    private final LocalObjectStoreFactory factory = new LocalObjectStoreFactory();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(StorageLocalConfig.class);
        contributions.objectStore(factory);
    }

    @Override
    public void start(PluginContext context) {
        factory.start(context);
    }

    @Override
    public void stop() {
        factory.stop();
    }
}
