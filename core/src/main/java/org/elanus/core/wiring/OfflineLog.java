package org.elanus.core.wiring;

import java.nio.file.Path;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.DatabaseLog;
import org.elanus.core.config.Configuration;
import org.elanus.core.engine.Engine;
import org.elanus.core.engine.LogMove;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataStore;

/** Moves the database of a data directory that no server uses to another log. Holds the directory meanwhile. */
public final class OfflineLog {

    /** What came of a move. @param from the log that it was in; the same as {@code to} when it had moved before */
    public record Moved(Path data, String from, String to, LogMove.Result result) {}

    private OfflineLog() {}

    /**
     * Moves a database with the plugins of the configured directory, or, when it is in that log already, verifies it.
     *
     * @param progress is told each step, in words, before it is done
     * @throws ElanusException ALREADY_IN_USE when a server runs on the directory; what {@link LogMove#run} throws
     */
    public static Moved move(Configuration configuration, Seams seams, String to, Consumer<String> progress) {
        return move(
                configuration,
                seams,
                PluginSources.directory(configuration.core().plugins().directory()),
                to,
                progress);
    }

    /** As {@link #move(Configuration, Seams, String, Consumer)} with the plugins of a class path. */
    public static Moved move(
            Configuration configuration, Seams seams, ClassLoader classPath, String to, Consumer<String> progress) {
        return move(configuration, seams, PluginSources.classPath(classPath), to, progress);
    }

    private static void requireData(Configuration configuration, Seams seams) {
        Path data = configuration.core().data().directory().toAbsolutePath().normalize();
        if (!seams.files().exists(data.resolve(DataDirectory.GUARD_FILE))) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "there is no data of Elanus in the directory " + data);
        }
    }

    /**
     * Which log the database is in and how far its channels are in segments, as text. Asks the metadata alone: the log
     * itself may be out of reach.
     *
     * @throws ElanusException ALREADY_IN_USE when a server runs on the directory
     */
    public static String status(Configuration configuration, Seams seams) {
        requireData(configuration, seams);
        try (OpenParts parts = new OpenParts()) {
            HostedServices services = HostedServices.open(
                    configuration,
                    seams,
                    PluginSources.directory(configuration.core().plugins().directory()),
                    parts);
            return status(
                    configuration.core().log().wal(), services.directory().path(), services.openMetadata(parts), seams);
        }
    }

    private static String status(String configured, Path data, MetadataStore metadata, Seams seams) {
        Optional<String> recorded = Catalog.recordedLog(metadata).map(DatabaseLog::wal);
        StringBuilder text = new StringBuilder("no server runs on " + data + "\n");
        if (recorded.isEmpty()) {
            return text.append("the database was never opened; log.wal is ")
                    .append(configured)
                    .append('\n')
                    .toString();
        }
        text.append("log ").append(recorded.get()).append('\n');
        if (!recorded.get().equals(configured)) {
            text.append("! log.wal is ")
                    .append(configured)
                    .append(": a server with this configuration is refused; set it to ")
                    .append(recorded.get())
                    .append(", or run: bin/elanus wal move --to ")
                    .append(configured)
                    .append('\n');
        }
        try (Catalog catalog = Catalog.open(metadata, new HybridClock(seams.clock()), seams.randomness(), 1)) {
            for (String channel : catalog.physicalChannels()) {
                text.append("channel ").append(channel).append(": epoch ").append(catalog.epoch(channel));
                LongSummaryStatistics sequences = catalog.all().stream()
                        .map(collection ->
                                catalog.manifest(collection.id()).checkpoints().get(channel))
                        .filter(Objects::nonNull)
                        .mapToLong(Checkpoint::sequence)
                        .summaryStatistics();
                text.append(
                        sequences.getCount() == 0
                                ? ", nothing is in segments yet\n"
                                : ", in segments up to sequence %d (the collection furthest behind) to %d%n"
                                        .formatted(sequences.getMin(), sequences.getMax()));
            }
        }
        return text.toString();
    }

    private static Moved move(
            Configuration configuration, Seams seams, PluginSources sources, String to, Consumer<String> progress) {
        requireData(configuration, seams);
        try (OpenParts parts = new OpenParts()) {
            HostedServices services = HostedServices.open(configuration, seams, sources, parts);
            return PluginErrors.detached(() -> move(services, seams, parts, to, progress));
        }
    }

    /** Apart, so that nothing refers to the plugins' stores any more when their classes are unloaded. */
    private static Moved move(
            HostedServices services, Seams seams, OpenParts parts, String to, Consumer<String> progress) {
        Stores stores = services.openRecordedStores(parts);
        String from = Catalog.recordedLog(stores.metadata())
                .map(DatabaseLog::wal)
                .orElseGet(() -> stores.log().name());
        Engine.Parts old = services.engineParts(stores, seams);
        Path data = services.directory().path();
        if (from.equals(to)) {
            OpenLog log = stores.log();
            return new Moved(
                    data, from, to, new LogMove(old, log.name(), log.opener(), log.capabilities(), progress).verify());
        }
        OpenLog log = services.openLog("--to", to, parts);
        return new Moved(
                data, from, to, new LogMove(old, log.name(), log.opener(), log.capabilities(), progress).run());
    }
}
