package org.elanus.embedded.simulation;

import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.simulation.Simulation;

/** A server that is wrong in one place. Each stands for a bug that databases have had. */
enum BrokenVariant {
    LOG_DIRECTORY_NOT_SYNCED(
            "the names of new log files are not made durable",
            builder -> builder.decorateFiles(BrokenFiles.directoriesNotSynced("wal-local"))),
    ACKNOWLEDGED_BEFORE_SYNC(
            "a write is acknowledged before the log is synced",
            builder -> builder.decorateFiles(BrokenFiles.bytesNotSynced("wal-local"))),
    FAILED_SYNC_RETRIED(
            "a sync that failed is called good after the file was opened again",
            builder -> builder.decorateFiles(BrokenFiles.failedSyncsSwallowed())),
    OBJECT_DIRECTORY_NOT_SYNCED(
            "the names of new objects are not made durable",
            builder -> builder.decorateFiles(BrokenFiles.directoriesNotSynced("storage-local"))),
    OBJECT_RENAMED_WITHOUT_SYNC(
            "an object gets its name before its bytes are synced",
            builder -> builder.decorateFiles(BrokenFiles.bytesNotSynced("storage-local"))),
    LOG_TRUNCATED_EARLY(
            "the log forgets what is durable in it alone", builder -> builder.decorateLog(BrokenLog.truncatedEarly())),
    CHANNEL_NOT_REPLAYED(
            "a restart replays all channels but one",
            builder -> builder.decorateLog(BrokenLog.oneChannelNotReplayed())),
    LOG_OUT_OF_ORDER(
            "the log's order goes backwards in a replay",
            builder -> builder.decorateLog(BrokenLog.replayedOutOfOrder())),
    NEWEST_RECORD_NOT_REPLAYED(
            "a replay takes the newest record for a torn one",
            builder -> builder.decorateLog(BrokenLog.newestRecordNotReplayed())),
    LAST_BLOCK_LOST(
            "the last block of a segment is not written",
            builder -> builder.decorateObjects(BrokenObjects.lastBlockLost())),
    OBJECT_IN_USE_DELETED(
            "an object that a manifest names is deleted",
            builder -> builder.decorateObjects(BrokenObjects.objectInUseDeleted())),
    MANIFEST_NOT_DURABLE(
            "a manifest's commit is acknowledged and lost",
            builder -> builder.decorateMetadata(BrokenMetadata.manifestsNotDurable())),
    COLLECTION_ID_REUSED(
            "a collection gets the id of one that was dropped",
            builder -> builder.decorateMetadata(BrokenMetadata.idsUsedAgain())),
    DROP_NOT_DURABLE(
            "a collection's drop is acknowledged and lost",
            builder -> builder.decorateMetadata(BrokenMetadata.dropsNotDurable())),
    TOMBSTONES_FORGOTTEN_AT_FLUSH(
            "a flush moves the checkpoint without the deletes of older segments",
            builder -> builder.decorateMetadata(BrokenMetadata.tombstonesForgotten())),
    DELETE_LOST_AT_MERGE(
            "a delete that comes during a merge is lost",
            builder -> builder.decorateDatabase(BrokenDatabase.deletesLostAtMerge())),
    DELETE_AFTER_INSERT(
            "an upsert deletes after it inserts",
            builder -> builder.decorateDatabase(BrokenDatabase.deleteAfterInsert())),
    HALF_A_BATCH(
            "a batch is applied in two halves", builder -> builder.decorateDatabase(BrokenDatabase.batchesHalved())),
    APPLIED_TWICE(
            "an insert is applied again later",
            builder -> builder.decorateDatabase(BrokenDatabase.insertsAppliedAgain())),
    ZEROED_VECTORS(
            "vectors are served from pages that were never filled",
            builder -> builder.decorateDatabase(BrokenDatabase.vectorsZeroed())),
    STALE_STRONG_READ(
            "a Strong read is answered from a cache",
            builder -> builder.decorateDatabase(BrokenDatabase.strongReadsFromACache())),
    ACKNOWLEDGED_BEFORE_APPLY(
            "an upsert is acknowledged before it is applied",
            builder -> builder.decorateDatabase(BrokenDatabase.upsertsAcknowledgedBeforeTheyAreApplied())),
    STALE_COUNT(
            "count(*) is answered from a cache",
            builder -> builder.decorateDatabase(BrokenDatabase.countsFromACache())),
    DELETE_IN_ALL_PARTITIONS(
            "a delete in one partition reaches all",
            builder -> builder.decorateDatabase(BrokenDatabase.deletesInAllPartitions())),
    GROWING_NOT_SEARCHED(
            "a search finds only what was flushed",
            builder -> builder.decorateDatabase(BrokenDatabase.growingRowsNotSearched())),
    READS_FAIL_AFTER_A_RESTART(
            "after a restart every read fails",
            builder -> builder.decorateDatabase(BrokenDatabase.failingAfterARestart(
                    StandardErrorCode.IO_FAILURE, "query", "search", "rowCount"))),
    LOADS_FAIL_AFTER_A_RESTART(
            "after a restart no collection can be loaded",
            builder -> builder.decorateDatabase(
                    BrokenDatabase.failingAfterARestart(StandardErrorCode.NOT_READY, "load"))),
    NEVER_LOADED_AFTER_A_RESTART(
            "after a restart no collection counts as loaded",
            builder -> builder.decorateDatabase(BrokenDatabase.failingAfterARestart(
                    StandardErrorCode.COLLECTION_NOT_LOADED, "query", "search")));

    private static final Pattern INVARIANT = Pattern.compile("I([1-9]|1[0-4]): ");
    private static final Pattern LOST_RECORDS = Pattern.compile(
            "the server does not start: .*(the log was lost or replaced|records are missing or foreign)");

    private final String bug;
    private final Consumer<Simulation.Builder> applied;

    BrokenVariant(String bug, Consumer<Simulation.Builder> applied) {
        this.bug = bug;
        this.applied = applied;
    }

    /** What is wrong. */
    String bug() {
        return bug;
    }

    /**
     * Whether a violation comes from the bug: it names a broken invariant, or, where a log has lost something, the server
     * says so and does not start. Deadlocks and disturbed runs are something else.
     */
    boolean shows(String violation) {
        return INVARIANT.matcher(violation).lookingAt() || losesRecords() && LOST_RECORDS.matcher(violation).find();
    }

    private boolean losesRecords() {
        return switch (this) {
            case LOG_DIRECTORY_NOT_SYNCED,
                    ACKNOWLEDGED_BEFORE_SYNC,
                    FAILED_SYNC_RETRIED,
                    LOG_TRUNCATED_EARLY,
                    CHANNEL_NOT_REPLAYED,
                    LOG_OUT_OF_ORDER,
                    NEWEST_RECORD_NOT_REPLAYED -> true;
            default -> false;
        };
    }

    /** Puts the bug into a simulation. Every call makes it anew. */
    void applyTo(Simulation.Builder builder) {
        applied.accept(builder);
    }
}
