package org.elanus.core.catalog;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.elanus.core.catalog.CatalogRows.ClusterRow;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.DatabaseRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;
import org.elanus.spi.runtime.Randomness;

/**
 * What the cluster holds: databases, collections and their schemas, partitions, aliases, index definitions, load state,
 * and the manifests. The metadata store has the one truth, every change is one transaction of it with conditions, and
 * durable when its call returns; of two processes that change the same thing, the second one works on what the first
 * one left.
 *
 * <p>Safe for use by many threads. Reads take no lock: they see the newest published state, own changes included.
 * Changes are made one at a time.
 *
 * <p>Wherever a database is named, empty text means the default one, and a missing one is DATABASE_NOT_FOUND. Wherever
 * a collection is named, an alias does as well unless something else is said, and a missing one is COLLECTION_NOT_FOUND.
 * When a change fails with IO_FAILURE and the store cannot be read either, its outcome is unknown; the next change reads
 * the store first.
 */
public final class Catalog implements AutoCloseable {

    private static final int ATTEMPTS = 10;
    private static final long DEFAULT_DATABASE_ID = 1;
    /** Lower ids are for what is there from the start. */
    private static final long FIRST_ID = 100;

    private final ClusterRow cluster;
    private final Counters counters;
    private final ChannelNotes channelNotes;
    private final CatalogState state;
    private final DatabaseDefinitions databases;
    private final CollectionDefinitions collections;
    private final PartitionDefinitions partitions;
    private final AliasDefinitions aliases;
    private final IndexDefinitions indexes;
    private final Manifests manifests;
    private final LogHome log;

    private Catalog(MetadataStore store, HybridClock clock, ClusterRow cluster) {
        this.cluster = cluster;
        this.counters = new Counters(store);
        this.channelNotes = new ChannelNotes(store);
        this.state = new CatalogState(store, clock);
        this.databases = new DatabaseDefinitions(state, counters, clock);
        this.collections = new CollectionDefinitions(state, counters, clock, cluster.physicalChannels());
        this.partitions = new PartitionDefinitions(state, counters, clock);
        this.aliases = new AliasDefinitions(state);
        this.indexes = new IndexDefinitions(state, counters, clock);
        this.manifests = new Manifests(state);
        this.log = new LogHome(store, state);
    }

    /**
     * Opens the catalog of a store, or creates it in an empty one. The clock observes every timestamp that the store
     * holds.
     *
     * @param store stays the caller's, who closes it after the catalog
     * @param physicalChannelsAtCreation how many physical channels a new cluster gets; without effect on an existing one
     */
    public static Catalog open(
            MetadataStore store, HybridClock clock, Randomness randomness, int physicalChannelsAtCreation) {
        if (physicalChannelsAtCreation < 1) {
            throw ElanusException.invalid(
                    "a cluster has 1 physical channel or more, not %d", physicalChannelsAtCreation);
        }
        ClusterRow cluster = cluster(store, clock, randomness, physicalChannelsAtCreation);
        clock.observe(cluster.createdAt());
        return new Catalog(store, clock, cluster);
    }

    private static ClusterRow cluster(MetadataStore store, HybridClock clock, Randomness randomness, int channels) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<MetadataEntry> found = store.get(CatalogKeys.CLUSTER);
            if (found.isPresent()) {
                return CatalogFormat.cluster(CatalogKeys.CLUSTER, found.get().value());
            }
            byte[] id = new byte[16];
            randomness.secureBytes(id);
            long now = clock.next();
            ClusterRow created = new ClusterRow(
                    HexFormat.of().formatHex(id),
                    IntStream.range(0, channels).mapToObj(i -> "elanus-" + i).toList(),
                    now);
            DatabaseInfo database = new DatabaseInfo(DEFAULT_DATABASE_ID, CallContext.DEFAULT_DATABASE, Map.of(), now);
            String databaseKey = CatalogKeys.database(CallContext.DEFAULT_DATABASE);
            try {
                store.commit(MetadataTransaction.builder()
                        .requireAbsent(CatalogKeys.CLUSTER)
                        .put(CatalogKeys.CLUSTER, CatalogFormat.cluster(created))
                        .put(CatalogKeys.IDS, CatalogFormat.counter(FIRST_ID))
                        .put(databaseKey, CatalogFormat.database(database))
                        .build());
            } catch (ElanusException e) {
                if (e.code() != StandardErrorCode.CONFLICT) {
                    throw e;
                }
            }
        }
        throw new ElanusException(StandardErrorCode.CONFLICT, "the cluster's metadata could not be created; try again");
    }

    /** Given when the cluster was created; 32 hexadecimal digits. */
    public String clusterId() {
        return cluster.clusterId();
    }

    /** Fixed when the cluster was created: {@code elanus-0}, {@code elanus-1}, ... */
    public List<String> physicalChannels() {
        return cluster.physicalChannels();
    }

    /** An id for anything, never given twice. */
    public long nextId() {
        return counters.ids(1);
    }

    /** The first of {@code count} ids in a row, none of them ever given twice. */
    public long nextIds(int count) {
        return counters.ids(count);
    }

    /** The log that a store's database is in; empty before its first claim. Reads the store, changes nothing. */
    public static Optional<DatabaseLog> recordedLog(MetadataStore store) {
        return LogHome.recorded(store);
    }

    /**
     * Relies on a log from now on; a database that has none gets this one, durably, before anything is written to it.
     *
     * @throws ElanusException CONFIGURATION_INVALID naming both when the database is in another log
     */
    public DatabaseLog useLog(String wal) {
        return log.use(wal);
    }

    /**
     * Moves the database to another log, in one transaction with the checkpoints of every collection. What the old log
     * holds must all be in segments, and every channel claimed in the new log under its newest epoch.
     *
     * @param starts by physical channel
     * @throws ElanusException FENCED when another process has claimed a channel or moved the database meanwhile;
     *     nothing is changed then
     */
    public void moveLog(String to, Map<String, LogStart> starts) {
        log.move(to, starts);
    }

    /**
     * Raises the epoch of a physical channel, durably, and returns the new one: 1 or more, never returned twice.
     *
     * @throws ElanusException FENCED when the database was moved to another log than this catalog relies on
     */
    public long raiseEpoch(String channel) {
        checkChannel(channel);
        return counters.raiseEpoch(channel, log.revision());
    }

    /** The epoch of a physical channel as the store has it now; 0 when it was never raised. */
    public long epoch(String channel) {
        checkChannel(channel);
        return counters.epoch(channel);
    }

    /** What the owners of a physical channel noted, by name. */
    public Map<String, byte[]> channelNotes(String channel) {
        checkChannel(channel);
        return channelNotes.all(channel);
    }

    /**
     * Changes notes of a channel, all or none.
     *
     * @throws ElanusException FENCED when the channel's epoch is another one by now, with nothing changed
     */
    public void changeChannelNotes(String channel, long epoch, Map<String, byte[]> put, Set<String> remove) {
        checkChannel(channel);
        channelNotes.change(channel, epoch, put, remove);
    }

    private void checkChannel(String channel) {
        if (!cluster.physicalChannels().contains(channel)) {
            throw ElanusException.invalid(
                    "'%s' is no physical channel; there are %s", channel, cluster.physicalChannels());
        }
    }

    // Databases

    public DatabaseInfo createDatabase(String name, Map<String, String> properties) {
        return databases.create(name, properties);
    }

    /** Refused while the database has collections, and for the default one. */
    public void dropDatabase(String name) {
        databases.drop(name);
    }

    /** In order of name. */
    public List<DatabaseInfo> databases() {
        return state.snapshot().databases().stream().map(DatabaseRow::info).toList();
    }

    public DatabaseInfo database(String name) {
        return state.snapshot().database(name).info();
    }

    public boolean hasDatabase(String name) {
        return state.snapshot().findDatabase(name) != null;
    }

    public DatabaseInfo alterDatabase(String name, Map<String, String> set, List<String> remove) {
        return databases.alter(name, set, remove);
    }

    // Collections

    /**
     * Checks the definition, completes it with ids, the dynamic field and defaults, and creates the collection. One that
     * exists with the same definition is returned as it is; another definition is INVALID_ARGUMENT.
     */
    public CollectionEntry create(String database, CollectionSpec spec) {
        return get(collections.create(database, spec));
    }

    /**
     * Drops a collection with its indexes and manifest, whether it is loaded or not; refused while it has aliases, and
     * through an alias.
     *
     * @return what was dropped; empty when there was none
     */
    public Optional<CollectionEntry> drop(String database, String collection) {
        return collections.drop(database, collection);
    }

    /** Empty when neither a collection nor an alias has the name. */
    public Optional<CollectionEntry> find(String database, String collection) {
        return state.snapshot().find(database, collection).map(CollectionRow::entry);
    }

    public Optional<CollectionEntry> find(long collectionId) {
        return Optional.ofNullable(state.snapshot().find(collectionId)).map(CollectionRow::entry);
    }

    public CollectionEntry get(String database, String collection) {
        return state.snapshot().get(database, collection).entry();
    }

    public CollectionEntry get(long collectionId) {
        return state.snapshot().get(collectionId).entry();
    }

    /** The collections of a database in order of name. */
    public List<CollectionEntry> list(String database) {
        CatalogSnapshot snapshot = state.snapshot();
        snapshot.database(database);
        return snapshot.names(database).values().stream()
                .filter(name -> !name.alias())
                .map(name -> snapshot.find(name.collectionId()))
                .filter(Objects::nonNull)
                .map(CollectionRow::entry)
                .toList();
    }

    /** The collections of all databases, in no order. */
    public List<CollectionEntry> all() {
        return state.snapshot().collections().stream().map(CollectionRow::entry).toList();
    }

    /** Renames a collection, and moves it when the new database is another one; empty text for the same. */
    public CollectionEntry rename(String database, String collection, String newDatabase, String newName) {
        return get(collections.rename(database, collection, newDatabase, newName));
    }

    /** Sets and removes properties. Enabling the dynamic field by its property changes the schema. */
    public CollectionEntry alterProperties(
            String database, String collection, Map<String, String> set, List<String> remove) {
        return get(collections.alterProperties(database, collection, set, remove));
    }

    /** Sets and removes parameters of a field, which makes a new version of the schema. */
    public CollectionEntry alterField(
            String database, String collection, String field, Map<String, String> set, List<String> remove) {
        return get(collections.alterField(database, collection, field, set, remove));
    }

    /** Adds a scalar field that is nullable or has a default, which makes a new version of the schema. */
    public CollectionEntry addField(String database, String collection, FieldSchema field) {
        return get(collections.addField(database, collection, field));
    }

    // Partitions and load state

    /** A partition that exists is left as it is. In a collection that was loaded as a whole, a new one is loaded. */
    public CollectionEntry createPartition(String database, String collection, String partition) {
        return get(partitions.create(database, collection, partition));
    }

    /**
     * Drops a partition and its segments of the manifest; refused for the default one and for a loaded one.
     *
     * @return what was dropped; empty when there was none
     */
    public Optional<PartitionInfo> dropPartition(String database, String collection, String partition) {
        return partitions.drop(database, collection, partition);
    }

    /**
     * Marks partitions as loaded. Every vector field that is loaded must have an index, or it is INDEX_NOT_FOUND.
     *
     * @param names empty for the whole collection
     */
    public CollectionEntry load(String database, String collection, List<String> names) {
        return load(database, collection, names, LoadOptions.ALL);
    }

    /** As {@link #load(String, String, List)}, with some of the fields. */
    public CollectionEntry load(String database, String collection, List<String> names, LoadOptions options) {
        return get(partitions.load(database, collection, names, options));
    }

    /** Marks partitions as not loaded. @param names empty for the whole collection */
    public CollectionEntry release(String database, String collection, List<String> names) {
        return get(partitions.release(database, collection, names));
    }

    // Aliases

    /** One that points to the collection already is left as it is; to another one, it is ALIAS_EXISTS. */
    public void createAlias(String database, String collection, String alias) {
        aliases.create(database, collection, alias);
    }

    /** Returns whether there was one; a collection's own name is ALIAS_NAME_CONFLICT. */
    public boolean dropAlias(String database, String alias) {
        return aliases.drop(database, alias);
    }

    /** Points an alias to another collection; a missing one is ALIAS_NOT_FOUND. */
    public void alterAlias(String database, String collection, String alias) {
        aliases.alter(database, collection, alias);
    }

    /** The collection of an alias; a missing one is ALIAS_NOT_FOUND. */
    public CollectionEntry aliasTarget(String database, String alias) {
        return AliasDefinitions.find(state.snapshot(), database, alias);
    }

    // Indexes

    /**
     * Defines an index; a field has one at most. One that exists with the same name, type, metric and parameters is
     * returned as it is.
     *
     * @param spec with the metric filled in; an empty name becomes the field's
     */
    public IndexDefinition createIndex(
            String database,
            String collection,
            IndexSpec spec,
            String resolvedType,
            Map<String, String> resolvedParameters) {
        return indexes.create(database, collection, spec, resolvedType, resolvedParameters);
    }

    /**
     * Drops a definition by the index's or the field's name; refused for a vector index while the collection is loaded.
     * Its files leave the manifest in the same transaction.
     *
     * @return what was dropped; empty when there was none
     */
    public Optional<IndexDefinition> dropIndex(String database, String collection, String indexOrField) {
        return indexes.drop(database, collection, indexOrField);
    }

    /** Sets and removes parameters that do not change how the index is built; a missing index is INDEX_NOT_FOUND. */
    public CollectionEntry alterIndex(
            String database, String collection, String indexOrField, Map<String, String> set, List<String> remove) {
        return get(indexes.alter(database, collection, indexOrField, set, remove));
    }

    // Manifests

    /** The newest manifest of a collection. */
    public Manifest manifest(long collectionId) {
        return manifests.get(collectionId);
    }

    /**
     * Applies an edit to the newest manifest and returns what came of it. An edit whose new segments are all there was
     * committed by an earlier attempt and changes nothing. Indexes without a definition are left out, and so are
     * checkpoints that lie behind.
     *
     * @throws ElanusException CONFLICT when a segment that the edit removes, or sets something of, is gone, or when the
     *     collection was dropped
     */
    public Manifest commit(long collectionId, ManifestEdit edit) {
        return manifests.commit(collectionId, edit);
    }

    /** Stops following the store, which stays open. */
    @Override
    public void close() {
        state.close();
    }
}
