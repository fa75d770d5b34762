package org.elanus.core.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.DatabaseRow;
import org.elanus.core.catalog.CatalogRows.NameRow;
import org.elanus.core.catalog.CatalogRows.StoredRow;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** All definitions as of one moment. Immutable: read without a lock, replaced as a whole. */
final class CatalogSnapshot {

    static final CatalogSnapshot EMPTY = new CatalogSnapshot(new TreeMap<>(), new HashMap<>(), new HashMap<>());

    private final TreeMap<String, DatabaseRow> databases;
    private final Map<Long, CollectionRow> collections;
    /** Names and aliases, by database, in order. */
    private final Map<String, TreeMap<String, NameRow>> names;

    private CatalogSnapshot(
            TreeMap<String, DatabaseRow> databases,
            Map<Long, CollectionRow> collections,
            Map<String, TreeMap<String, NameRow>> names) {
        this.databases = databases;
        this.collections = collections;
        this.names = names;
    }

    /** This snapshot with some rows written or deleted; keys of other kinds are skipped. */
    CatalogSnapshot with(List<StoredRow> rows) {
        TreeMap<String, DatabaseRow> newDatabases = databases;
        Map<String, TreeMap<String, NameRow>> newNames = names;
        List<StoredRow> collectionRows = new ArrayList<>();
        for (StoredRow row : rows) {
            String key = row.key();
            if (key.startsWith(CatalogKeys.DATABASES)) {
                if (newDatabases == databases) {
                    newDatabases = new TreeMap<>(databases);
                }
                byte[] value = row.value();
                String name = key.substring(CatalogKeys.DATABASES.length());
                if (value == null) {
                    newDatabases.remove(name);
                } else {
                    newDatabases.put(name, new DatabaseRow(CatalogFormat.database(key, value), value, row.revision()));
                }
            } else if (key.startsWith(CatalogKeys.NAMES)) {
                if (newNames == names) {
                    newNames = new HashMap<>();
                    for (Map.Entry<String, TreeMap<String, NameRow>> entry : names.entrySet()) {
                        newNames.put(entry.getKey(), new TreeMap<>(entry.getValue()));
                    }
                }
                putName(newNames, row);
            } else if (key.startsWith(CatalogKeys.COLLECTIONS)) {
                collectionRows.add(row);
            }
        }
        return new CatalogSnapshot(newDatabases, withCollections(collectionRows, newNames), newNames);
    }

    private static void putName(Map<String, TreeMap<String, NameRow>> target, StoredRow row) {
        int start = CatalogKeys.NAMES.length();
        int slash = row.key().indexOf('/', start);
        if (slash < 0) {
            throw ElanusException.corrupt("the metadata key '%s' names no database", row.key());
        }
        TreeMap<String, NameRow> ofDatabase =
                target.computeIfAbsent(row.key().substring(start, slash), database -> new TreeMap<>());
        String name = row.key().substring(slash + 1);
        byte[] value = row.value();
        if (value == null) {
            ofDatabase.remove(name);
        } else {
            ofDatabase.put(name, CatalogFormat.name(row.key(), value).at(row.revision()));
        }
    }

    private Map<Long, CollectionRow> withCollections(
            List<StoredRow> rows, Map<String, TreeMap<String, NameRow>> allNames) {
        if (rows.isEmpty()) {
            return collections;
        }
        Map<Long, List<String>> aliases = new HashMap<>();
        allNames.values()
                .forEach(ofDatabase -> ofDatabase.forEach((name, row) -> {
                    if (row.alias()) {
                        aliases.computeIfAbsent(row.collectionId(), id -> new ArrayList<>())
                                .add(name);
                    }
                }));
        Map<Long, CollectionRow> changed = new HashMap<>(collections);
        for (StoredRow row : rows) {
            long id = CatalogKeys.collectionId(row.key());
            byte[] value = row.value();
            if (value == null) {
                changed.remove(id);
            } else {
                changed.put(
                        id,
                        CatalogFormat.collection(
                                row.key(), value, aliases.getOrDefault(id, List.of()), row.revision()));
            }
        }
        return changed;
    }

    Collection<DatabaseRow> databases() {
        return databases.values();
    }

    /** The database of a name; empty text means the default one. */
    DatabaseRow database(String name) {
        String wanted = databaseName(name);
        DatabaseRow row = databases.get(wanted);
        if (row == null) {
            throw new ElanusException(
                    StandardErrorCode.DATABASE_NOT_FOUND,
                    "database not found[database=" + wanted + "]; there are " + some(databases.keySet()));
        }
        return row;
    }

    @Nullable
    DatabaseRow findDatabase(String name) {
        return databases.get(databaseName(name));
    }

    static String databaseName(String name) {
        return name.isEmpty() ? CallContext.DEFAULT_DATABASE : name;
    }

    /** The names and aliases of a database, in order. */
    Map<String, NameRow> names(String database) {
        return names.getOrDefault(databaseName(database), new TreeMap<>());
    }

    /** What a name stands for in an existing database. */
    Optional<NameRow> name(String database, String name) {
        database(database);
        return Optional.ofNullable(names(database).get(name));
    }

    Optional<CollectionRow> find(String database, String nameOrAlias) {
        return name(database, nameOrAlias).map(name -> collections.get(name.collectionId()));
    }

    CollectionRow get(String database, String nameOrAlias) {
        return find(database, nameOrAlias)
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND,
                        "can't find collection[database=" + databaseName(database) + "][collection=" + nameOrAlias
                                + "]"));
    }

    CollectionRow get(long id) {
        CollectionRow row = collections.get(id);
        if (row == null) {
            throw new ElanusException(
                    StandardErrorCode.COLLECTION_NOT_FOUND, "can't find collection[collection=" + id + "]");
        }
        return row;
    }

    @Nullable
    CollectionRow find(long id) {
        return collections.get(id);
    }

    Collection<CollectionRow> collections() {
        return collections.values();
    }

    /** The revision of the row of a key, 0 when there is none here. */
    long revision(String key) {
        if (key.startsWith(CatalogKeys.DATABASES)) {
            DatabaseRow row = databases.get(key.substring(CatalogKeys.DATABASES.length()));
            return row == null ? 0 : row.revision();
        }
        if (key.startsWith(CatalogKeys.COLLECTIONS)) {
            CollectionRow row = collections.get(CatalogKeys.collectionId(key));
            return row == null ? 0 : row.revision();
        }
        int start = CatalogKeys.NAMES.length();
        int slash = key.indexOf('/', start);
        NameRow row = names(key.substring(start, slash)).get(key.substring(slash + 1));
        return row == null ? 0 : row.revision();
    }

    /** The first of many names, for messages. */
    static String some(Collection<String> names) {
        List<String> first = new TreeSet<>(names).stream().limit(10).toList();
        return names.size() > first.size()
                ? first + " and " + (names.size() - first.size()) + " more"
                : first.toString();
    }
}
