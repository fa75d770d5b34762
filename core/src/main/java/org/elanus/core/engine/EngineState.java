package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.Manifest;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.core.metrics.IndexOutcome;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.core.segment.SealedSegment;
import org.elanus.core.segment.SegmentCheck;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of the engine share. Safe for use by many threads. */
final class EngineState {

    private static final Logger LOG = LoggerFactory.getLogger(EngineState.class);

    /** Rows expire in steps of this, so that reads close to one another can share what they found out. */
    private static final long EXPIRY_STEP_MILLIS = 100;

    /** Segments and indexes up to this size are read and checked whole when they are opened, larger ones in the background. */
    private static final long VERIFIED_AT_OPEN = 16L << 20;

    private final Engine.Parts parts;
    private final HybridClock clock;
    private final Catalog catalog;
    private final MemoryUse memoryUse;
    private final Map<Long, LiveCollection> collections = new ConcurrentHashMap<>();
    private final Map<Long, ElanusException> damaged = new ConcurrentHashMap<>();
    private final Map<Long, String> problems = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Map<String, ChannelLog> logs = new ConcurrentHashMap<>();
    private final EngineWork work = new EngineWork();
    private volatile IndexWatcher indexWatcher = IndexWatcher.NONE;
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

    /**
     * A new timestamp with which no object's name begins yet. After a restart under a wall clock that was set back,
     * timestamps come again that nothing durable has recorded; a process before this one may have named objects with
     * them that no manifest got to know.
     *
     * @param name the beginning of the objects' names, by timestamp
     */
    long unusedStamp(LongFunction<String> name) {
        long stamp = clock.next();
        while (!objects().list(name.apply(stamp)).isEmpty()) {
            stamp = clock.next();
        }
        return stamp;
    }

    EngineWork work() {
        return work;
    }

    void watchIndexes(IndexWatcher watcher) {
        indexWatcher = watcher;
    }

    void indexed(CollectionEntry collection, String indexType, IndexOutcome outcome) {
        indexWatcher.finished(collection.info().database(), collection.info().name(), indexType, outcome);
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

    /** The collections that are served. */
    List<LiveCollection> collections() {
        return collections.values().stream()
                .filter(live -> !isDamaged(live.id()))
                .toList();
    }

    List<ChannelLog> logs() {
        return List.copyOf(logs.values());
    }

    /** The channels of a collection's shards. */
    List<ChannelLog> logs(LiveCollection live) {
        return live.shards().stream()
                .map(Shard::channel)
                .distinct()
                .map(this::log)
                .toList();
    }

    /** Waits until everything is applied that anybody had written to a channel of the collection when this was called. */
    void awaitWritten(CallContext context, LiveCollection live) {
        for (ChannelLog log : logs(live)) {
            log.awaitApplied(context.deadlineNanos());
        }
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

    /**
     * The data of a collection; opened when it is new here.
     *
     * @throws ElanusException CORRUPT naming what is damaged, for as long as the collection exists
     */
    LiveCollection live(CollectionEntry collection) {
        ElanusException damage = damaged.get(collection.id());
        if (damage != null) {
            throw new ElanusException(damage.code(), String.valueOf(damage.getMessage()), damage);
        }
        return collections.computeIfAbsent(collection.id(), id -> open(collection));
    }

    /**
     * Takes a collection with damaged data out of service; the others go on. Its rows in the log are held, so that
     * nothing more is lost when the files are put back.
     */
    void damage(CollectionEntry collection, StandardErrorCode code, String what) {
        giveUp(
                collection,
                code,
                what + "; stop the server, run 'elanus check', and restore the files or drop the collection");
    }

    /** What is stored is whole, but memory does not follow it: to be opened anew. */
    private void diverged(CollectionEntry collection, RuntimeException e) {
        if (closing) {
            return;
        }
        StandardErrorCode code =
                e instanceof ElanusException known && known.code() instanceof StandardErrorCode standard
                        ? standard
                        : StandardErrorCode.INTERNAL;
        giveUp(collection, code, "what was committed could not be shown: " + e.getMessage() + "; restart the server");
    }

    private void giveUp(CollectionEntry collection, StandardErrorCode code, String why) {
        if (catalog.find(collection.id()).isEmpty()) {
            return; // dropped meanwhile, its objects included
        }
        String message = "collection '" + collection.info().name() + "' is not served: " + why;
        if (damaged.putIfAbsent(collection.id(), new ElanusException(code, message)) == null) {
            LOG.error("{}", message);
        }
    }

    boolean isDamaged(long collectionId) {
        return damaged.containsKey(collectionId);
    }

    int damaged() {
        return damaged.size();
    }

    boolean hasDamage() {
        return !damaged.isEmpty();
    }

    /** What an operator should look at, one sentence each. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems.values());
        damaged.values().forEach(damage -> all.add(String.valueOf(damage.getMessage())));
        return all;
    }

    /** Forgets a collection that the catalog has no more. Its shards are closed between two records. */
    void drop(long collectionId) {
        damaged.remove(collectionId);
        LiveCollection live = collections.remove(collectionId);
        if (live == null) {
            return;
        }
        live.maintenance().lock();
        try {
            live.commits().abandon();
            for (Shard shard : live.shards()) {
                shard.segments().forEach(segment -> problems.remove(segment.id()));
                ChannelLog log = logs.get(shard.channel());
                if (log == null) {
                    shard.close();
                } else {
                    log.runInOrder(shard::close);
                }
            }
        } finally {
            live.maintenance().unlock();
        }
    }

    /** Forgets collections that were dropped while a call opened them again. */
    void forgetDropped() {
        for (Long id : List.copyOf(collections.keySet())) {
            if (catalog.find(id).isEmpty()) {
                drop(id);
            }
        }
    }

    void closeCollections() {
        collections.values().forEach(LiveCollection::close);
        collections.clear();
    }

    private LiveCollection open(CollectionEntry collection) {
        List<SealedSegment> opened = new ArrayList<>();
        boolean whole = false;
        try {
            LiveCollection live = open(collection, catalog.manifest(collection.id()), opened);
            whole = true;
            return live;
        } finally {
            if (!whole) {
                opened.forEach(SealedSegment::close);
            }
        }
    }

    private LiveCollection open(CollectionEntry collection, Manifest manifest, List<SealedSegment> opened) {
        List<Shard> shards = new ArrayList<>();
        for (int number = 0; number < collection.physicalChannels().size(); number++) {
            String channel = collection.physicalChannels().get(number);
            Checkpoint checkpoint = manifest.checkpoints().get(channel);
            Shard shard =
                    new Shard(number, channel, checkpoint == null ? 0 : checkpoint.sequence(), memoryUse, clock::next);
            List<SealedSegment> sealed = new ArrayList<>();
            for (SegmentEntry entry : manifest.segments()) {
                if (entry.shard() == number) {
                    clock.observe(entry.id());
                    SealedSegment segment = openSealed(collection, entry);
                    opened.add(segment);
                    sealed.add(segment);
                }
            }
            shard.open(sealed, checkpoint == null ? 0 : checkpoint.timestamp());
            shards.add(shard);
        }
        return new LiveCollection(collection.id(), shards, e -> diverged(collection, e));
    }

    /** Hybrid: rows of the collection with smaller timestamps have expired; 0 when rows do not expire. */
    long expired(CollectionEntry collection) {
        return expired(collection, parts.seams().clock().millis());
    }

    /** As {@link #expired(CollectionEntry)}, at a time in milliseconds since 1970: for reads that are pinned to it. */
    static long expired(CollectionEntry collection, long millis) {
        long seconds = collection.timeToLiveSeconds();
        long since = millis - millis % EXPIRY_STEP_MILLIS - seconds * 1_000;
        return seconds == 0 || since <= 0 ? 0 : HybridClock.compose(since, 0);
    }

    /** Opens a segment, and its indexes when the collection is loaded. */
    SealedSegment openSealed(CollectionEntry collection, SegmentEntry entry) {
        SealedSegment segment =
                SealedSegment.open(parts.objects(), entry, collection.info().schema(), parts.indexTypes());
        boolean opened = false;
        try {
            if (entry.dataBytes() <= VERIFIED_AT_OPEN) {
                List<SegmentCheck.Finding> findings = SegmentCheck.check(
                        parts.objects(),
                        entry.withIndexes(List.of()),
                        collection.info().schema(),
                        List.of(),
                        parts.indexTypes());
                if (!findings.isEmpty()) {
                    throw new ElanusException(codeOf(findings.getFirst()), describe(findings.getFirst()));
                }
            }
            if (collection.isLoaded()) {
                openIndexes(collection, segment, entry.indexes());
            }
            opened = true;
            return segment;
        } finally {
            if (!opened) {
                segment.close();
            }
        }
    }

    /** What cannot be read may be sound, and read the next time. */
    static StandardErrorCode codeOf(SegmentCheck.Finding finding) {
        return finding.unreadable() ? StandardErrorCode.IO_FAILURE : StandardErrorCode.CORRUPT;
    }

    static String describe(SegmentCheck.Finding finding) {
        return finding.key() + (finding.position() < 0 ? "" : " at byte " + finding.position()) + ": "
                + finding.problem();
    }

    /** A missing plugin or a damaged index costs speed, not answers: the segment is searched exactly then. */
    void openIndexes(CollectionEntry collection, SealedSegment segment, List<IndexEntry> indexes) {
        for (IndexEntry index : indexes) {
            for (IndexDefinition definition : collection.indexes()) {
                if (definition.id() == index.indexId()
                        && !isSuspect(segment.id())
                        && collection.loads(definition.spec().field())) {
                    try {
                        verify(segment, index);
                        segment.addIndex(index, definition);
                    } catch (ElanusException e) {
                        suspectIndexes(collection, segment, String.valueOf(e.getMessage()));
                    }
                }
            }
        }
    }

    /** A filter must not be answered by a damaged index until somebody finds out. */
    private void verify(SealedSegment segment, IndexEntry index) {
        long bytes =
                index.files().stream().mapToLong(IndexEntry.IndexFile::bytes).sum();
        if (bytes > VERIFIED_AT_OPEN) {
            return;
        }
        List<SegmentCheck.Finding> findings = SegmentCheck.checkFiles(parts.objects(), segment.entry(), index);
        if (!findings.isEmpty()) {
            throw new ElanusException(codeOf(findings.getFirst()), describe(findings.getFirst()));
        }
    }

    /** The indexes of a segment are not used until they have been built again. */
    void suspectIndexes(CollectionEntry collection, SealedSegment segment, String why) {
        segment.closeIndexes();
        String problem = "collection '" + collection.info().name() + "', segment " + segment.id()
                + " is searched without its index until it is built again: " + why;
        if (problems.put(segment.id(), problem) == null) {
            LOG.error("{}", problem);
        }
    }

    /**
     * What the keys of objects begin with that are being written and will be named by a manifest: no garbage, however
     * old the clock makes them look. They are taken out after the commit.
     */
    Set<String> underWay() {
        return underWay;
    }

    boolean isSuspect(long segmentId) {
        return problems.containsKey(segmentId);
    }

    void indexIsSound(long segmentId) {
        problems.remove(segmentId);
    }

    /** The highest sequence of a channel that manifests say is in segments: the log must reach at least as far. */
    long committedSequence(String channel) {
        long highest = 0;
        for (CollectionEntry collection : catalog.all()) {
            Checkpoint checkpoint =
                    catalog.manifest(collection.id()).checkpoints().get(channel);
            if (checkpoint != null) {
                highest = Math.max(highest, checkpoint.sequence());
            }
        }
        return highest;
    }

    /** Applies a record of a channel. Applier only. */
    void apply(String channel, LogRecord record, LogPosition before, long logBytes) {
        Optional<CollectionEntry> collection = catalog.find(record.data().collectionId());
        if (collection.isEmpty()) {
            return; // dropped: its id is never used again
        }
        LiveCollection live = collections.get(collection.get().id());
        if (live == null) {
            return; // damaged, so that the log holds it, or dropped just now
        }
        List<Shard> shards = live.shards();
        int number = record.data().shard();
        if (number < 0
                || number >= shards.size()
                || !shards.get(number).channel().equals(channel)) {
            throw ElanusException.corrupt(
                    "record %s of channel '%s' names shard %d of collection '%s', which has %d and not on this channel",
                    record.position(), channel, number, collection.get().info().name(), shards.size());
        }
        shards.get(number)
                .apply(
                        record,
                        collection.get(),
                        before,
                        logBytes,
                        parts.seams().clock().nanos());
    }
}
