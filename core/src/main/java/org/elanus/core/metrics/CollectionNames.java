package org.elanus.core.metrics;

import java.util.Collection;
import java.util.List;
import org.elanus.spi.database.CallContext;
import org.jspecify.annotations.Nullable;

/** What collections there are, for their names in labels. Safe for use by many threads; takes no lock. */
public interface CollectionNames {

    /** Before the database is open. */
    CollectionNames NONE = new CollectionNames() {
        @Override
        public @Nullable String label(String database, String collection) {
            return null;
        }

        @Override
        public Collection<String> labels() {
            return List.of();
        }
    };

    /** The label of a collection that is named by its name or an alias; null when there is none. */
    @Nullable
    String label(String database, String collection);

    /** The labels of all collections. */
    Collection<String> labels();

    /** How a collection is called in labels: names have no dot. */
    static String labelOf(String database, String collection) {
        return database.isEmpty() || database.equals(CallContext.DEFAULT_DATABASE)
                ? collection
                : database + "." + collection;
    }
}
