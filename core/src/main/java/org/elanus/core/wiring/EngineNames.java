package org.elanus.core.wiring;

import java.util.Collection;
import org.elanus.core.engine.Engine;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** The collections of an open engine. */
record EngineNames(Engine engine) implements CollectionNames {

    @Override
    public @Nullable String label(String database, String collection) {
        try {
            return engine.find(database, collection)
                    .map(info -> CollectionNames.labelOf(info.database(), info.name()))
                    .orElse(null);
        } catch (ElanusException e) {
            return null; // there is no such database
        }
    }

    @Override
    public Collection<String> labels() {
        return engine.collections().stream()
                .map(info -> CollectionNames.labelOf(info.database(), info.name()))
                .toList();
    }
}
