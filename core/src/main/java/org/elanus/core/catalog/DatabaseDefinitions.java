package org.elanus.core.catalog;

import java.util.List;
import java.util.Map;
import org.elanus.core.catalog.CatalogRows.DatabaseRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Changes of databases. */
final class DatabaseDefinitions {

    private final CatalogState state;
    private final Counters counters;
    private final HybridClock clock;

    DatabaseDefinitions(CatalogState state, Counters counters, HybridClock clock) {
        this.state = state;
        this.counters = counters;
        this.clock = clock;
    }

    DatabaseInfo create(String name, Map<String, String> properties) {
        NameRules.database(name);
        PropertyRules.check(properties);
        return state.change((snapshot, transaction) -> {
            if (snapshot.findDatabase(name) != null) {
                throw ElanusException.invalid("database already exist: %s", name);
            }
            // The default database does not count.
            if (snapshot.databases().size() > Limits.DATABASES) {
                throw new ElanusException(
                        StandardErrorCode.DATABASE_LIMIT,
                        "exceeded the limit number of database[limit=" + Limits.DATABASES + "]; '" + name
                                + "' would be one more");
            }
            DatabaseInfo info = new DatabaseInfo(counters.ids(1), name, properties, clock.next());
            transaction.create(CatalogKeys.database(name), CatalogFormat.database(info));
            return info;
        });
    }

    void drop(String name) {
        if (CatalogSnapshot.databaseName(name).equals(CallContext.DEFAULT_DATABASE)) {
            throw ElanusException.invalid("can not drop default database");
        }
        state.change((snapshot, transaction) -> {
            DatabaseRow row = snapshot.database(name);
            if (!snapshot.names(name).isEmpty()) {
                throw ElanusException.invalid(
                        "database:%s not empty, must drop all collections before drop database; it has %s",
                        name, CatalogSnapshot.some(snapshot.names(name).keySet()));
            }
            transaction.deleteAt(CatalogKeys.database(name), row.revision());
            return null;
        });
    }

    DatabaseInfo alter(String name, Map<String, String> set, List<String> remove) {
        return state.change((snapshot, transaction) -> {
            DatabaseRow row = snapshot.database(name);
            DatabaseInfo before = row.info();
            DatabaseInfo after = new DatabaseInfo(
                    before.id(),
                    before.name(),
                    PropertyRules.changed(before.properties(), set, remove),
                    before.createdAt());
            if (!after.equals(before)) {
                transaction.replace(CatalogKeys.database(before.name()), row.revision(), CatalogFormat.database(after));
            }
            return after;
        });
    }
}
