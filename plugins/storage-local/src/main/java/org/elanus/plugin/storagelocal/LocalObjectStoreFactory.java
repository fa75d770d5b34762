package org.elanus.plugin.storagelocal;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.jspecify.annotations.Nullable;

/** Opens stores over the configured directory and remembers them until they are closed. */
final class LocalObjectStoreFactory implements ObjectStoreFactory {

    private final Set<LocalObjectStore> stores = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PluginContext context;

    void start(PluginContext started) {
        context = started;
    }

    void stop() {
        stores.forEach(LocalObjectStore::close);
        context = null;
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public ObjectStore open() {
        PluginContext started = context;
        if (started == null) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "the plugin of the object store 'local' has not started");
        }
        Path directory =
                started.configuration(StorageLocalConfig.class).directory().orElseGet(started::dataDirectory);
        LocalObjectStore store =
                LocalObjectStore.open(started.files(), started.randomness(), directory, stores::remove);
        stores.add(store);
        return store;
    }
}
