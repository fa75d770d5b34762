package org.elanus.core.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.AppliedChannel;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.core.log.LogSettings;
import org.elanus.core.query.QueryEngine;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Catalog, log, segments and queries put together into a {@link Database}. Opening maps the committed segments, replays
 * the log behind their checkpoints and claims its channels. Safe for use by many threads.
 */
public final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration FLUSH_PAUSE = Duration.ofSeconds(1);
    private static final Duration COMPACT_PAUSE = Duration.ofSeconds(5);
    private static final Duration SCRUB_PAUSE = Duration.ofSeconds(10);
    private static final Duration GARBAGE_PAUSE = Duration.ofMinutes(10);

    /**
     * What the engine is made of. All parts stay the caller's, who closes them after the engine.
     *
     * @param logName of the log's implementation, which must be the one that the database is in
     * @param logSettings how the log's channels are treated
     * @param node names this process to those who take its channels over
     * @param events is told what happens; does not block
     */
    public record Parts(
            MetadataStore metadata,
            ObjectStore objects,
            String logName,
            WalOpener log,
            WalCapabilities logCapabilities,
            IndexTypes indexTypes,
            Seams seams,
            MemoryAccountant memory,
            EngineSettings settings,
            LogSettings logSettings,
            String node,
            Consumer<Event> events) {

        /** With the usual treatment of the log, and without a name. */
        public Parts(
                MetadataStore metadata,
                ObjectStore objects,
                String logName,
                WalOpener log,
                WalCapabilities logCapabilities,
                IndexTypes indexTypes,
                Seams seams,
                MemoryAccountant memory,
                EngineSettings settings,
                Consumer<Event> events) {
            this(
                    metadata,
                    objects,
                    logName,
                    log,
                    logCapabilities,
                    indexTypes,
                    seams,
                    memory,
                    settings,
                    LogSettings.defaults(),
                    "",
                    events);
        }
    }

    private final Parts parts;
    private final EngineState state;
    private final ExecutorService queryWorkers;
    private final ExecutorService buildWorkers;
    private final IndexBuilds indexBuilds;
    private final List<Threads.Repeating> repeating = new ArrayList<>();
    private final EngineDatabase database;
    private volatile boolean ready;

    /**
     * Opens everything and replays the log.
     *
     * @throws ElanusException CORRUPT, ALREADY_IN_USE, IO_FAILURE and others, naming the offender; nothing stays open
     */
    public static Engine open(Parts parts) {
        HybridClock clock = new HybridClock(parts.seams().clock());
        Catalog catalog = Catalog.open(
                parts.metadata(),
                clock,
                parts.seams().randomness(),
                parts.settings().physicalChannels());
        useLog(catalog, parts.logName());
        Engine engine = new Engine(parts, clock, catalog);
        boolean opened = false;
        try {
            engine.start(parts);
            opened = true;
            return engine;
        } finally {
            if (!opened) {
                engine.close();
            }
        }
    }

    private static void useLog(Catalog catalog, String name) {
        boolean used = false;
        try {
            catalog.useLog(name);
            used = true;
        } finally {
            if (!used) {
                catalog.close();
            }
        }
    }

    private Engine(Parts parts, HybridClock clock, Catalog catalog) {
        Threads threads = parts.seams().threads();
        this.parts = parts;
        state = new EngineState(parts, clock, catalog);
        queryWorkers = threads.pool("query", Runtime.getRuntime().availableProcessors());
        buildWorkers = threads.pool("build", parts.settings().buildThreads());
        indexBuilds = new IndexBuilds(state, buildWorkers);
        QueryEngine queries = new QueryEngine(
                parts.seams().clock(),
                queryWorkers,
                (index, parameters, k) ->
                        parts.indexTypes().searchParameters(index.spec(), index.resolvedType(), parameters, k));
        database = new EngineDatabase(
                state,
                queries,
                new Flusher(state),
                new Compactor(state, indexBuilds),
                indexBuilds,
                new Garbage(state),
                this::wakeBuilds);
    }

    private void start(Parts parts) {
        Seams seams = parts.seams();
        long began = seams.clock().nanos();
        for (CollectionEntry collection : state.catalog().all()) {
            try {
                state.live(collection);
            } catch (ElanusException e) {
                state.damage(
                        collection,
                        e.code() == StandardErrorCode.IO_FAILURE
                                ? StandardErrorCode.IO_FAILURE
                                : StandardErrorCode.CORRUPT,
                        String.valueOf(e.getMessage()));
            }
        }
        long mapped = seams.clock().nanos();
        for (String channel : state.catalog().physicalChannels()) {
            Replay replay = new Replay(state, channel, new Flusher(state));
            ChannelLog log = ChannelLog.open(new ChannelParts(
                    parts.log(),
                    parts.logCapabilities(),
                    channel,
                    parts.node(),
                    new CatalogChannelStore(state.catalog(), channel),
                    state.committedSequence(channel),
                    state.clock(),
                    seams.clock(),
                    seams.threads(),
                    parts.logSettings(),
                    parts.memory(),
                    replay));
            replay.opened(log);
            state.addLog(log);
        }
        LOG.info(
                "opened {} collections in {} ms, the log in {} ms",
                state.collections().size(),
                (mapped - began) / 1_000_000,
                (seams.clock().nanos() - mapped) / 1_000_000);
        Flusher flusher = new Flusher(state);
        Compactor compactor = new Compactor(state, indexBuilds);
        Garbage garbage = new Garbage(state);
        repeating.add(seams.threads().repeat("flusher", FLUSH_PAUSE, () -> {
            state.forgetDropped();
            flusher.flushDue();
            flusher.truncate();
        }));
        repeating.add(seams.threads()
                .repeat(
                        "builder",
                        COMPACT_PAUSE,
                        () -> state.collections().forEach(live -> {
                            compactor.compactDue(live);
                            indexBuilds.build(live);
                        })));
        Scrubber scrubber = new Scrubber(state);
        repeating.add(seams.threads().repeat("scrubber", SCRUB_PAUSE, scrubber::scrub));
        repeating.add(seams.threads().repeat("garbage", GARBAGE_PAUSE, garbage::collect));
        ready = true;
    }

    private void wakeBuilds() {
        if (repeating.size() > 1) {
            repeating.get(1).wake();
        }
    }

    /** Passes records on with how far the channel was applied before each. For the applier. */
    private static final class Replay implements ChannelLog.Applier, AppliedChannel {

        /** Records from one look at the memory to the next. */
        private static final int LOOK_EVERY = 32;

        private final EngineState state;
        private final Flusher flusher;
        private final String channel;
        private LogPosition before = LogPosition.START;
        private volatile @Nullable ChannelLog log;

        private long records;
        private boolean full;

        Replay(EngineState state, String channel, Flusher flusher) {
            this.state = state;
            this.channel = channel;
            this.flusher = flusher;
        }

        @Override
        public String channel() {
            return channel;
        }

        @Override
        public LogPosition applied() {
            return before;
        }

        /** Nothing else runs before the log is open. */
        @Override
        public void runInOrder(Runnable action) {
            action.run();
        }

        void opened(ChannelLog opened) {
            log = opened;
        }

        @Override
        public void apply(LogRecord record) {
            ChannelLog open = log;
            state.apply(channel, record, open == null ? before : open.applied(), open == null ? 0 : open.bytes());
            before = record.at();
            if (open == null && !full && ++records % LOOK_EVERY == 0) {
                try {
                    flusher.flushReplayed(this);
                } catch (ElanusException e) {
                    full = true; // the rows may fit into memory after all
                    LOG.error("channel {}: replayed rows could not be flushed and stay in memory", channel, e);
                }
            }
        }
    }

    public Database database() {
        return database;
    }

    /** From now on, in the place of who was told before. */
    public void watchIndexes(IndexWatcher watcher) {
        state.watchIndexes(watcher);
    }

    /** What there is and what was done. Counts the rows of every collection. */
    public EngineStatistics statistics() {
        return Statistics.of(state, indexBuilds, this::rows);
    }

    /** The database and name of a collection that is named by its name or an alias, when there is one. */
    public Optional<CollectionInfo> find(String databaseName, String collection) {
        return state.catalog().find(databaseName, collection).map(CollectionEntry::info);
    }

    /** The collections of all databases, in no order. */
    public List<CollectionInfo> collections() {
        return state.catalog().all().stream().map(CollectionEntry::info).toList();
    }

    /** How the log stands. Cheap. */
    public LogStatus logStatus() {
        return LogStatuses.of(parts.logName(), parts.log(), state);
    }

    EngineState state() {
        return state;
    }

    /** How many rows a collection has, whether it is loaded or not. */
    long rows(CollectionEntry collection) {
        CallContext context =
                CallContext.of(Principal.ANONYMOUS).in(collection.info().database());
        return database.rowCount(context, collection.info().name(), "");
    }

    /** Whether it serves, and what is wrong. Cheap. */
    public EngineHealth health() {
        List<String> problems = new ArrayList<>();
        for (ChannelLog log : state.logs()) {
            ElanusException failure = log.failure();
            if (failure != null) {
                problems.add("channel " + log.channel() + ": " + failure.getMessage());
            }
            problems.addAll(log.alarms());
        }
        problems.addAll(state.problems());
        boolean broken = state.logs().stream().anyMatch(ChannelLog::isBroken);
        return new EngineHealth(ready && !state.isClosing() && !broken, problems);
    }

    /** Lets calls under way end, stops background work and gives everything back. The log keeps what is not flushed. */
    @Override
    public void close() {
        if (state.isClosing()) {
            return;
        }
        state.closing();
        List<RuntimeException> failures = new ArrayList<>();
        for (Threads.Repeating repeated : repeating.reversed()) {
            attempt(repeated::close, failures);
        }
        state.logs().forEach(log -> attempt(log::close, failures));
        attempt(state::closeCollections, failures);
        attempt(queryWorkers::close, failures);
        attempt(buildWorkers::close, failures);
        attempt(state.catalog()::close, failures);
        if (!failures.isEmpty()) {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private static void attempt(Runnable step, List<RuntimeException> failures) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    /**
     * Checks a database that is not open: every checksum and reference of metadata, log and segments.
     *
     * @param progress is told what is being checked
     * @return what is wrong; empty when all is well
     */
    public static List<String> check(
            MetadataStore metadata,
            ObjectStore objects,
            WalOpener log,
            WalCapabilities logCapabilities,
            IndexTypes types,
            Seams seams,
            Consumer<String> progress) {
        return new DatabaseCheck(metadata, objects, log, logCapabilities, types, seams, progress).run();
    }
}
