package org.elanus.core.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.LogStart;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.ChannelProbe;
import org.elanus.core.log.ChannelStart;
import org.elanus.core.log.ChannelStore;
import org.elanus.core.log.LogPosition;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/**
 * Moves a database that nobody serves to another log. Everything that the old log holds is put into segments, every
 * channel is claimed in the new log, where sequence numbers, timestamps and epochs go on, and then one transaction
 * records the new log and where each channel begins there. Before that transaction the database is in the old log,
 * afterwards in the new one, and whenever the move is cut off, it can be done again: what it has written to the new log
 * before is of older epochs and does not count.
 *
 * <p>Another process that claims a channel meanwhile raises its epoch, and the transaction fails on that.
 */
public final class LogMove {

    /** What came of it. @param rows of all collections, without those that have been deleted */
    public record Result(int collections, long rows) {}

    private final Engine.Parts old;
    private final String name;
    private final WalOpener opener;
    private final WalCapabilities capabilities;
    private final Consumer<String> progress;

    /**
     * @param old with the log that the database is in
     * @param name of the log that it goes to
     * @param progress is told each step before it is done
     */
    public LogMove(
            Engine.Parts old, String name, WalOpener opener, WalCapabilities capabilities, Consumer<String> progress) {
        this.old = old;
        this.name = name;
        this.opener = opener;
        this.capabilities = capabilities;
        this.progress = progress;
    }

    /**
     * Moves.
     *
     * @throws ElanusException CORRUPT when data is damaged, INVALID_ARGUMENT when the new log holds what is not this
     *     database's, FENCED when another process uses the database; and what the logs and stores throw
     */
    public Result run() {
        Map<String, LogPosition> ends;
        Map<Long, Long> rows;
        progress.accept("opening the database on the log '" + old.logName() + "'");
        try (Engine engine = Engine.open(old)) {
            progress.accept("flushing " + engine.state().collections().size() + " collections");
            ends = drain(engine);
            rows = rows(engine);
        }
        HybridClock clock = new HybridClock(old.seams().clock());
        try (Catalog catalog = Catalog.open(
                old.metadata(), clock, old.seams().randomness(), old.settings().physicalChannels())) {
            catalog.useLog(old.logName());
            Map<String, LogStart> starts = new TreeMap<>();
            for (String channel : catalog.physicalChannels()) {
                progress.accept("claiming channel " + channel + " in the log '" + name + "'");
                starts.put(channel, claim(catalog, channel, ends.getOrDefault(channel, LogPosition.START), clock));
            }
            progress.accept("recording the log '" + name + "'");
            catalog.moveLog(name, starts);
        }
        return verify(rows);
    }

    /** Opens the database on the new log and looks whether it is whole. Also for a database that is there already. */
    public Result verify() {
        return verify(Map.of());
    }

    private Result verify(Map<Long, Long> before) {
        progress.accept("verifying the database on the log '" + name + "'");
        try (Engine engine = Engine.open(moved())) {
            requireSound(engine);
            Map<Long, Long> rows = rows(engine);
            before.forEach((collection, count) -> {
                if (!count.equals(rows.get(collection))) {
                    throw ElanusException.corrupt(
                            "collection %d had %d rows before it was moved to the log '%s' and has %d there",
                            collection, count, name, rows.getOrDefault(collection, 0L));
                }
            });
            return new Result(
                    rows.size(),
                    rows.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    private Engine.Parts moved() {
        return new Engine.Parts(
                old.metadata(),
                old.objects(),
                name,
                opener,
                capabilities,
                old.indexTypes(),
                old.seams(),
                old.memory(),
                old.settings(),
                old.logSettings(),
                old.node(),
                old.events());
    }

    /** Puts everything into segments; nobody writes, so that one turn is enough. @return where each channel ends */
    private static Map<String, LogPosition> drain(Engine engine) {
        requireSound(engine);
        EngineState state = engine.state();
        Flusher flusher = new Flusher(state);
        for (LiveCollection live : state.collections()) {
            flusher.flush(live);
        }
        requireSound(engine);
        for (LiveCollection live : state.collections()) {
            for (Shard shard : live.shards()) {
                if (shard.isDirty()) {
                    throw new ElanusException(
                            StandardErrorCode.INTERNAL,
                            "collection " + live.id() + " still has rows in the log alone after it was flushed");
                }
            }
        }
        Map<String, LogPosition> ends = new HashMap<>();
        for (ChannelLog log : state.logs()) {
            log.awaitApplied();
            log.noteRequests();
            ends.put(log.channel(), log.applied());
        }
        return ends;
    }

    private static void requireSound(Engine engine) {
        if (engine.state().hasDamage() || !engine.health().ready()) {
            throw ElanusException.corrupt(
                    "a database is moved only when all of it is sound: %s",
                    String.join("; ", engine.health().problems()));
        }
    }

    /** Rows by collection; of collections whose rows expire they are no fixed number, and left out. */
    private static Map<Long, Long> rows(Engine engine) {
        Map<Long, Long> rows = new TreeMap<>();
        for (CollectionEntry collection : engine.state().catalog().all()) {
            if (collection.timeToLiveSeconds() == 0) {
                rows.put(collection.id(), engine.rows(collection));
            }
        }
        return rows;
    }

    /** Takes a channel of the new log, behind whatever is there, so that it goes on where the old one ended. */
    private LogStart claim(Catalog catalog, String channel, LogPosition end, HybridClock clock) {
        MessageId newest =
                ChannelProbe.newest(opener, capabilities, channel, catalog.clusterId(), catalog.epoch(channel));
        LogPosition start = new LogPosition(newest, end.sequence(), end.timestamp(), end.epoch(), end.crc());
        clock.observe(end.timestamp());
        ChannelStore kept = new CatalogChannelStore(catalog, channel);
        ChannelParts parts = new ChannelParts(
                opener,
                capabilities,
                channel,
                old.node(),
                new Continued(channel, kept, start),
                end.sequence(),
                clock,
                old.seams().clock(),
                old.seams().threads(),
                old.logSettings(),
                record -> {
                    throw ElanusException.corrupt(
                            "record %s of channel '%s' came into the log '%s' while it was claimed",
                            record.position(), channel, name);
                });
        try (ChannelLog log = ChannelLog.open(parts)) {
            LogPosition claimed = log.applied();
            return new LogStart(
                    claimed.epoch(),
                    new Checkpoint(Objects.requireNonNull(claimed.id()), claimed.sequence(), claimed.timestamp()),
                    Map.of(ChannelStart.NOTE, ChannelStart.encode(claimed)));
        }
    }

    /** A channel whose log begins somewhere else than is recorded. */
    private static final class Continued implements ChannelStore {

        private final String channel;
        private final ChannelStore kept;
        private final LogPosition start;
        private long known;

        Continued(String channel, ChannelStore kept, LogPosition start) {
            this.channel = channel;
            this.kept = kept;
            this.start = start;
            this.known = start.epoch();
        }

        @Override
        public String database() {
            return kept.database();
        }

        @Override
        public long raiseEpoch() {
            long raised = kept.raiseEpoch();
            if (raised != known + 1) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "another process has claimed channel '" + channel
                                + "' meanwhile: a server runs on this database; stop it and try again");
            }
            known = raised;
            return raised;
        }

        @Override
        public long epoch() {
            return kept.epoch();
        }

        @Override
        public Map<String, byte[]> notes() {
            return Map.of(ChannelStart.NOTE, ChannelStart.encode(start));
        }

        /** Nothing is kept before the database has moved. */
        @Override
        public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {}
    }
}
