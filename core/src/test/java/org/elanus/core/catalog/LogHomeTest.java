package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.elanus.core.catalog.VolatileMetadataStore.Failure;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataTransaction;
import org.elanus.spi.wal.MessageId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogHomeTest extends CatalogTestBase {

    @Test
    void freshDatabaseRecordsTheLogOfItsFirstOwner() {
        assertThat(Catalog.recordedLog(store)).isEmpty();

        catalog.useLog("kafka");

        assertThat(Catalog.recordedLog(store)).contains(new DatabaseLog("kafka"));
        assertThat(open().useLog("kafka").wal()).isEqualTo("kafka");
    }

    @Test
    void anotherLogIsRefusedWithBothNamesAndTheCommandThatMoves() {
        catalog.useLog("local");

        assertFails(
                StandardErrorCode.CONFIGURATION_INVALID,
                () -> open().useLog("kafka"),
                "'local'",
                "'kafka'",
                "bin/elanus wal move --to kafka");
    }

    @Test
    void databaseOfAVersionThatRecordedNoLogIsInTheOneOfItsCheckpoints() {
        long id = catalog.create(DB, spec("c")).info().id();
        catalog.raiseEpoch("elanus-0");
        catalog.commit(
                id, ManifestEdit.builder().checkpoint("elanus-0", checkpoint(3)).build());

        assertFails(StandardErrorCode.CONFIGURATION_INVALID, () -> open().useLog("local"), "'test'", "'local'");
        assertThat(catalog.useLog("test").wal()).isEqualTo("test");
    }

    @Test
    void databaseOfSuchAVersionWithoutCheckpointsIsInItsOnlyLog() {
        catalog.raiseEpoch("elanus-0");

        assertFails(StandardErrorCode.CONFIGURATION_INVALID, () -> open().useLog("kafka"), "'local'", "'kafka'");
        assertThat(catalog.useLog("local").wal()).isEqualTo("local");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER"})
    void moveTakesEveryCollectionAlongOrNone(Failure failure) {
        catalog.useLog("local");
        long first = catalog.create(DB, sharded("first", 2)).info().id();
        long second = catalog.create(DB, sharded("second", 2)).info().id();
        catalog.commit(
                first,
                ManifestEdit.builder().checkpoint("elanus-0", checkpoint(3)).build());
        catalog.changeChannelNotes(
                "elanus-0", catalog.raiseEpoch("elanus-0"), Map.of("other", new byte[] {1}), Set.of());
        Map<String, LogStart> starts = starts();
        store.failNextCommit(failure);

        try {
            catalog.moveLog("kafka", starts);
            assertThat(failure).isEqualTo(Failure.AFTER);
        } catch (org.elanus.spi.error.ElanusException e) {
            assertThat(failure).isEqualTo(Failure.BEFORE);
            assertThat(Catalog.recordedLog(store)).contains(new DatabaseLog("local"));
            assertThat(open().manifest(first).checkpoints()).containsEntry("elanus-0", checkpoint(3));
            catalog.moveLog("kafka", starts);
        }

        Catalog again = open();
        again.useLog("kafka");
        for (Map.Entry<String, LogStart> start : starts.entrySet()) {
            assertThat(again.channelNotes(start.getKey())).containsKey("start");
            for (long collection : new long[] {first, second}) {
                assertThat(again.manifest(collection).checkpoints())
                        .containsEntry(start.getKey(), start.getValue().claim());
                assertThat(catalog.manifest(collection).checkpoints())
                        .containsEntry(start.getKey(), start.getValue().claim());
            }
        }
        assertThat(again.channelNotes("elanus-0")).containsKey("other");
        assertThat(catalog.raiseEpoch("elanus-0"))
                .isEqualTo(starts.get("elanus-0").epoch() + 1);
    }

    @Test
    void claimOfAnotherProcessEndsTheMove() {
        catalog.useLog("local");
        Map<String, LogStart> starts = starts();
        Catalog other = open();
        other.useLog("local");
        other.raiseEpoch("elanus-1");

        assertFails(StandardErrorCode.FENCED, () -> catalog.moveLog("kafka", starts), "elanus-1", "stop it");
        assertThat(Catalog.recordedLog(store)).contains(new DatabaseLog("local"));
    }

    @Test
    void processOfTheOldLogClaimsNothingAfterTheMove() {
        Catalog old = open();
        old.useLog("local");
        catalog.useLog("local");
        catalog.moveLog("kafka", starts());
        long epoch = catalog.epoch("elanus-0");

        assertFails(StandardErrorCode.FENCED, () -> old.raiseEpoch("elanus-0"), "'kafka'");
        assertFails(StandardErrorCode.FENCED, () -> old.moveLog("pulsar", Map.of()), "moved");
        assertThat(catalog.epoch("elanus-0")).isEqualTo(epoch);
    }

    @Test
    void damagedRowIsCorrupt() {
        store.commit(MetadataTransaction.builder()
                .put(CatalogKeys.LOG, new byte[] {1, 2})
                .build());

        assertFails(StandardErrorCode.CORRUPT, () -> catalog.useLog("local"), "'log'");
    }

    private Map<String, LogStart> starts() {
        return Map.of("elanus-0", start("elanus-0", 40), "elanus-1", start("elanus-1", 50));
    }

    private LogStart start(String channel, long sequence) {
        return new LogStart(
                catalog.raiseEpoch(channel),
                new Checkpoint(new MessageId("kafka", new byte[] {(byte) sequence}), sequence, sequence * 10),
                Map.of("start", new byte[] {7}));
    }
}
