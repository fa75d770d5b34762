package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.Manifest;
import org.elanus.core.index.ResolvedIndex;
import org.elanus.core.metrics.IndexOutcome;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.Segment;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.Definitions;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexInfo;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Definitions: the catalog's truth, and what has to follow it in this process. */
abstract class EngineDefinitions implements Definitions {

    private static final Logger LOG = LoggerFactory.getLogger(EngineDefinitions.class);

    final EngineState state;
    final IndexBuilds indexBuilds;
    final Garbage garbage;
    final Runnable wakeBuilds;

    EngineDefinitions(EngineState state, IndexBuilds indexBuilds, Garbage garbage, Runnable wakeBuilds) {
        this.state = state;
        this.indexBuilds = indexBuilds;
        this.garbage = garbage;
        this.wakeBuilds = wakeBuilds;
    }

    final Catalog catalog() {
        if (state.isClosing()) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the database is closed");
        }
        return state.catalog();
    }

    @Override
    public void createDatabase(CallContext context, String name, Map<String, String> properties) {
        catalog().createDatabase(name, properties);
    }

    @Override
    public void dropDatabase(CallContext context, String name) {
        catalog().dropDatabase(name);
    }

    @Override
    public List<DatabaseInfo> databases(CallContext context) {
        return catalog().databases();
    }

    @Override
    public DatabaseInfo database(CallContext context, String name) {
        return catalog().database(name);
    }

    @Override
    public void alterDatabase(CallContext context, String name, Map<String, String> set, List<String> remove) {
        catalog().alterDatabase(name, set, remove);
    }

    @Override
    public CollectionInfo createCollection(CallContext context, CollectionSpec spec) {
        CollectionEntry created = catalog().create(context.database(), spec);
        state.live(created);
        state.events()
                .accept(new Event.CollectionCreated(
                        state.seams().clock().millis(),
                        created.info().database(),
                        created.info().name(),
                        created.id()));
        return created.info();
    }

    @Override
    public void dropCollection(CallContext context, String name) {
        Optional<CollectionEntry> dropped = catalog().drop(context.database(), name);
        if (dropped.isEmpty()) {
            return;
        }
        CollectionEntry collection = dropped.get();
        state.drop(collection.id());
        state.events()
                .accept(new Event.CollectionDropped(
                        state.seams().clock().millis(),
                        collection.info().database(),
                        collection.info().name(),
                        collection.id()));
        try {
            garbage.dropCollection(collection.id());
        } catch (ElanusException e) {
            LOG.warn("objects of dropped collection {} are deleted later", collection.id(), e);
        }
    }

    @Override
    public CollectionInfo collection(CallContext context, String name) {
        return catalog().get(context.database(), name).info();
    }

    @Override
    public CollectionInfo collection(CallContext context, long id) {
        return catalog().get(id).info();
    }

    @Override
    public boolean hasCollection(CallContext context, String name) {
        catalog().database(context.database());
        return catalog().find(context.database(), name).isPresent();
    }

    @Override
    public List<CollectionInfo> collections(CallContext context) {
        return catalog().list(context.database()).stream()
                .map(CollectionEntry::info)
                .toList();
    }

    @Override
    public void renameCollection(CallContext context, String name, String newDatabase, String newName) {
        catalog().rename(context.database(), name, newDatabase, newName);
    }

    @Override
    public void alterCollection(CallContext context, String name, Map<String, String> set, List<String> remove) {
        catalog().alterProperties(context.database(), name, set, remove);
    }

    @Override
    public void alterField(
            CallContext context, String collection, String field, Map<String, String> set, List<String> remove) {
        catalog().alterField(context.database(), collection, field, set, remove);
    }

    @Override
    public void addField(CallContext context, String collection, FieldSchema field) {
        catalog().addField(context.database(), collection, field);
    }

    @Override
    public void load(CallContext context, String collection, List<String> partitions) {
        load(context, collection, partitions, LoadOptions.ALL);
    }

    @Override
    public void load(CallContext context, String collection, List<String> partitions, LoadOptions options) {
        LiveCollection live = state.live(catalog().get(context.database(), collection));
        live.maintenance().lock();
        try {
            boolean open = catalog().get(live.id()).isLoaded();
            CollectionEntry loaded = catalog().load(context.database(), collection, partitions, options);
            if (open) {
                return; // indexes are open for all partitions as soon as one is loaded
            }
            Manifest manifest = state.catalog().manifest(loaded.id());
            for (Segment segment : live.segments()) {
                if (segment instanceof SealedSegment sealed) {
                    manifest.segment(sealed.id())
                            .ifPresent(entry -> state.openIndexes(loaded, sealed, entry.indexes()));
                }
            }
        } finally {
            live.maintenance().unlock();
        }
        wakeBuilds.run();
    }

    @Override
    public void release(CallContext context, String collection, List<String> partitions) {
        LiveCollection live = state.live(catalog().get(context.database(), collection));
        live.maintenance().lock();
        try {
            if (catalog().release(context.database(), collection, partitions).isLoaded()) {
                return;
            }
            for (Segment segment : live.segments()) {
                if (segment instanceof SealedSegment sealed) {
                    sealed.closeIndexes();
                }
            }
        } finally {
            live.maintenance().unlock();
        }
    }

    @Override
    public LoadStatus loadStatus(CallContext context, String collection, List<String> partitions) {
        Optional<CollectionEntry> found = catalog().find(context.database(), collection);
        if (found.isEmpty()) {
            return new LoadStatus(LoadStatus.State.NOT_FOUND, 0);
        }
        CollectionEntry entry = found.get();
        Set<Long> loaded = entry.loadedPartitions();
        boolean all = partitions.isEmpty()
                ? entry.isLoaded()
                : partitions.stream()
                        .allMatch(name -> loaded.contains(entry.partition(name).id()));
        return all ? new LoadStatus(LoadStatus.State.LOADED, 100) : new LoadStatus(LoadStatus.State.NOT_LOADED, 0);
    }

    @Override
    public void createPartition(CallContext context, String collection, String partition) {
        catalog().createPartition(context.database(), collection, partition);
    }

    @Override
    public void dropPartition(CallContext context, String collection, String partition) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        LiveCollection live = state.live(entry);
        live.maintenance().lock();
        try {
            live.commits().finish(state.catalog());
            Optional<PartitionInfo> dropped;
            live.droppingPartition().lock();
            try {
                dropped = catalog().dropPartition(context.database(), collection, partition);
            } finally {
                live.droppingPartition().unlock();
            }
            if (dropped.isEmpty()) {
                return;
            }
            for (Shard shard : live.shards()) {
                state.log(shard.channel())
                        .runInOrder(() -> shard.dropPartition(dropped.get().id()));
            }
        } finally {
            live.maintenance().unlock();
        }
    }

    @Override
    public List<PartitionInfo> partitions(CallContext context, String collection) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        List<PartitionInfo> partitions = new ArrayList<>();
        for (PartitionInfo partition : entry.partitions()) {
            partitions.add(new PartitionInfo(
                    partition.id(),
                    partition.name(),
                    partition.createdAt(),
                    entry.loadedPartitions().contains(partition.id())));
        }
        return partitions;
    }

    @Override
    public void createAlias(CallContext context, String collection, String alias) {
        catalog().createAlias(context.database(), collection, alias);
    }

    @Override
    public void dropAlias(CallContext context, String alias) {
        catalog().dropAlias(context.database(), alias);
    }

    @Override
    public void alterAlias(CallContext context, String collection, String alias) {
        catalog().alterAlias(context.database(), collection, alias);
    }

    @Override
    public String aliasTarget(CallContext context, String alias) {
        return catalog().aliasTarget(context.database(), alias).info().name();
    }

    @Override
    public void createIndex(CallContext context, String collection, IndexSpec spec) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        String type = state.indexTypes().knows(spec.type()) ? spec.type() : "unknown";
        boolean created = false;
        try {
            type = createIndex(context, collection, entry, spec);
            created = true;
        } finally {
            state.indexed(entry, type, created ? IndexOutcome.CREATED : IndexOutcome.CREATE_FAILED);
        }
        wakeBuilds.run();
    }

    /** @return the type that was made of the one that was asked for */
    private String createIndex(CallContext context, String collection, CollectionEntry entry, IndexSpec spec) {
        FieldSchema field = entry.info().schema().field(spec.field());
        ResolvedIndex resolved = state.indexTypes().resolve(field, spec);
        MetricType metric = resolved.metric();
        IndexSpec complete = new IndexSpec(
                spec.field(),
                spec.name(),
                spec.type().isEmpty() ? IndexSpec.AUTOINDEX : spec.type(),
                metric == null ? "" : metric.name(),
                spec.parameters());
        catalog().createIndex(context.database(), collection, complete, resolved.type(), resolved.parameters());
        return resolved.type();
    }

    @Override
    public void alterIndex(
            CallContext context, String collection, String index, Map<String, String> set, List<String> remove) {
        catalog().alterIndex(context.database(), collection, index, set, remove);
    }

    @Override
    public void dropIndex(CallContext context, String collection, String index) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        LiveCollection live = state.live(entry);
        live.maintenance().lock();
        try {
            Optional<IndexDefinition> dropped = dropDefinition(context, collection, index, entry);
            if (dropped.isPresent()) {
                long id = dropped.get().id();
                for (Segment segment : live.segments()) {
                    if (segment instanceof SealedSegment sealed) {
                        sealed.dropIndex(id);
                    }
                }
            }
        } finally {
            live.maintenance().unlock();
        }
    }

    private Optional<IndexDefinition> dropDefinition(
            CallContext context, String collection, String index, CollectionEntry entry) {
        try {
            Optional<IndexDefinition> dropped = catalog().dropIndex(context.database(), collection, index);
            dropped.ifPresent(definition -> state.indexed(entry, definition.resolvedType(), IndexOutcome.DROPPED));
            return dropped;
        } catch (ElanusException e) {
            String type = entry.indexes().stream()
                    .filter(definition -> definition.spec().name().equals(index)
                            || definition.spec().field().equals(index))
                    .map(IndexDefinition::resolvedType)
                    .findFirst()
                    .orElse("unknown");
            state.indexed(entry, type, IndexOutcome.DROP_FAILED);
            throw e;
        }
    }

    @Override
    public List<IndexInfo> indexes(CallContext context, String collection) {
        CollectionEntry entry = catalog().get(context.database(), collection);
        if (entry.indexes().isEmpty()) {
            return List.of();
        }
        LiveCollection live = state.live(entry);
        List<Segment> segments = live.segments();
        List<IndexInfo> infos = new ArrayList<>();
        for (IndexDefinition definition : entry.indexes()) {
            long total = 0;
            long indexed = 0;
            boolean finished = true;
            for (Segment segment : segments) {
                total += segment.rows();
                boolean missing =
                        indexBuilds.wants(definition, segment) && !indexBuilds.isBuilt(live, definition, segment);
                indexed += missing ? 0 : segment.rows();
                finished &= !missing;
            }
            String failure = indexBuilds.failure(definition.id());
            infos.add(new IndexInfo(
                    definition.id(),
                    definition.spec(),
                    indexed,
                    total,
                    finished
                            ? IndexInfo.State.FINISHED
                            : failure == null ? IndexInfo.State.IN_PROGRESS : IndexInfo.State.FAILED,
                    finished || failure == null ? "" : failure));
        }
        return infos;
    }
}
