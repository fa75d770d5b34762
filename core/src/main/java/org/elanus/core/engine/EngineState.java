package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.Manifest;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.core.segment.SealedSegment;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.storage.ObjectStore;

/** What the parts of the engine share. Safe for use by many threads. */
final class EngineState {

    private final Engine.Parts parts;
    private final HybridClock clock;
    private final Catalog catalog;
    private final MemoryUse memoryUse;
    private final Map<Long, LiveCollection> collections = new ConcurrentHashMap<>();
    private final Map<String, ChannelLog> logs = new ConcurrentHashMap<>();
    private volatile boolean closing;

    EngineState(Engine.Parts parts, HybridClock clock, Catalog catalog) {
        this.parts = parts;
        this.clock = clock;
        this.catalog = catalog;
        this.memoryUse = new MemoryUse(parts.memory());
    }

    Catalog catalog() {
        return catalog;
    }

    HybridClock clock() {
        return clock;
    }

    ObjectStore objects() {
        return parts.objects();
    }

    IndexTypes indexTypes() {
        return parts.indexTypes();
    }

    Seams seams() {
        return parts.seams();
    }

    EngineSettings settings() {
        return parts.settings();
    }

    MemoryAccountant memory() {
        return parts.memory();
    }

    Consumer<Event> events() {
        return parts.events();
    }

    Collection<LiveCollection> collections() {
        return collections.values();
    }

    Collection<ChannelLog> logs() {
        return logs.values();
    }

    void addLog(ChannelLog log) {
        logs.put(log.channel(), log);
    }

    ChannelLog log(String channel) {
        ChannelLog log = logs.get(channel);
        if (log == null) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "channel '" + channel + "' is not open; open are " + logs.keySet());
        }
        return log;
    }

    boolean isClosing() {
        return closing;
    }

    void closing() {
        closing = true;
    }

    /** The data of a collection; opened when it is new here. */
    LiveCollection live(CollectionEntry collection) {
        return collections.computeIfAbsent(collection.id(), id -> open(collection));
    }

    void drop(long collectionId) {
        LiveCollection live = collections.remove(collectionId);
        if (live != null) {
            live.maintenance().lock();
            try {
                live.close();
            } finally {
                live.maintenance().unlock();
            }
        }
    }

    void closeCollections() {
        collections.values().forEach(LiveCollection::close);
        collections.clear();
    }

    private LiveCollection open(CollectionEntry collection) {
        Manifest manifest = catalog.manifest(collection.id());
        List<Shard> shards = new ArrayList<>();
        for (int number = 0; number < collection.physicalChannels().size(); number++) {
            String channel = collection.physicalChannels().get(number);
            Checkpoint checkpoint = manifest.checkpoints().get(channel);
            Shard shard = new Shard(
                    number, channel, checkpoint == null ? 0 : checkpoint.sequence(), memoryUse, clock::next);
            List<SealedSegment> sealed = new ArrayList<>();
            for (SegmentEntry entry : manifest.segments()) {
                if (entry.shard() == number) {
                    clock.observe(entry.id());
                    sealed.add(openSealed(collection, entry));
                }
            }
            shard.open(sealed, checkpoint == null ? 0 : checkpoint.timestamp());
            shards.add(shard);
        }
        return new LiveCollection(collection.id(), shards);
    }

    /** Opens a segment, and its indexes when the collection is loaded. */
    SealedSegment openSealed(CollectionEntry collection, SegmentEntry entry) {
        SealedSegment segment =
                SealedSegment.open(parts.objects(), entry, collection.info().schema(), parts.indexTypes());
        if (collection.isLoaded()) {
            segment.openIndexes(collection.indexes());
        }
        return segment;
    }

    /** Applies a record of a channel. Applier only. */
    void apply(String channel, LogRecord record, LogPosition before, long logBytes) {
        Optional<CollectionEntry> collection = catalog.find(record.data().collectionId());
        if (collection.isEmpty()) {
            return; // dropped: its id is never used again
        }
        List<Shard> shards = live(collection.get()).shards();
        int number = record.data().shard();
        if (number < 0 || number >= shards.size() || !shards.get(number).channel().equals(channel)) {
            throw ElanusException.corrupt(
                    "record %s of channel '%s' names shard %d of collection '%s', which has %d and not on this channel",
                    record.position(), channel, number, collection.get().info().name(), shards.size());
        }
        shards.get(number).apply(record, collection.get(), before, logBytes, parts.seams().clock().nanos());
    }
}
