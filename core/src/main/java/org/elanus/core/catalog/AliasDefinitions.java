package org.elanus.core.catalog;

import java.util.Optional;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.NameRow;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Changes of aliases, which share the names of a database with its collections. */
final class AliasDefinitions {

    private final CatalogState state;

    AliasDefinitions(CatalogState state) {
        this.state = state;
    }

    void create(String database, String collection, String alias) {
        NameRules.alias(alias);
        state.change((snapshot, transaction) -> {
            CollectionRow row = target(snapshot, database, collection);
            String databaseName = row.entry().info().database();
            Optional<NameRow> taken = snapshot.name(databaseName, alias);
            if (taken.isPresent()) {
                NameRow name = taken.get();
                if (!name.alias()) {
                    throw nameConflict(databaseName, alias);
                }
                if (name.collectionId() != row.entry().id()) {
                    throw new ElanusException(
                            StandardErrorCode.ALIAS_EXISTS,
                            alias + " is alias to another collection: "
                                    + snapshot.get(name.collectionId())
                                            .entry()
                                            .info()
                                            .name()
                                    + ": alias already exist[database=" + databaseName + "][alias=" + alias + "]");
                }
                return null;
            }
            transaction
                    .create(
                            CatalogKeys.name(databaseName, alias),
                            CatalogFormat.name(new NameRow(row.entry().id(), true)))
                    .touch(row);
            return null;
        });
    }

    /** Returns whether there was one. */
    boolean drop(String database, String alias) {
        return state.change((snapshot, transaction) -> {
            Optional<NameRow> found = snapshot.name(database, alias);
            if (found.isEmpty()) {
                return false;
            }
            String databaseName = CatalogSnapshot.databaseName(database);
            if (!found.get().alias()) {
                throw nameConflict(databaseName, alias);
            }
            transaction
                    .deleteAt(CatalogKeys.name(databaseName, alias), found.get().revision())
                    .touch(snapshot.get(found.get().collectionId()));
            return true;
        });
    }

    void alter(String database, String collection, String alias) {
        state.change((snapshot, transaction) -> {
            CollectionRow row = target(snapshot, database, collection);
            String databaseName = row.entry().info().database();
            Optional<NameRow> found = snapshot.name(databaseName, alias);
            if (found.isEmpty()) {
                throw missing(databaseName, alias);
            }
            if (!found.get().alias()) {
                throw nameConflict(databaseName, alias);
            }
            if (found.get().collectionId() != row.entry().id()) {
                transaction
                        .replace(
                                CatalogKeys.name(databaseName, alias),
                                found.get().revision(),
                                CatalogFormat.name(new NameRow(row.entry().id(), true)))
                        .touch(row)
                        .touch(snapshot.get(found.get().collectionId()));
            }
            return null;
        });
    }

    static CollectionEntry find(CatalogSnapshot snapshot, String database, String alias) {
        return snapshot.name(database, alias)
                .filter(NameRow::alias)
                .map(name -> snapshot.get(name.collectionId()).entry())
                .orElseThrow(() -> missing(CatalogSnapshot.databaseName(database), alias));
    }

    /** An alias points to a collection, not to another alias. */
    private static CollectionRow target(CatalogSnapshot snapshot, String database, String collection) {
        if (snapshot.name(database, collection).filter(NameRow::alias).isPresent()) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_FOUND,
                    "can't find collection[database=" + CatalogSnapshot.databaseName(database) + "][collection="
                            + collection + "]: it is an alias, and an alias points to a collection only");
        }
        return snapshot.get(database, collection);
    }

    private static ElanusException missing(String database, String alias) {
        return new ElanusException(
                StandardErrorCode.ALIAS_NOT_FOUND, "alias not found[database=" + database + "][alias=" + alias + "]");
    }

    private static ElanusException nameConflict(String database, String alias) {
        return new ElanusException(
                StandardErrorCode.ALIAS_NAME_CONFLICT,
                "alias and collection name conflict[database=" + database + "][alias=" + alias + "]");
    }
}
