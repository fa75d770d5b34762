package org.elanus.plugin.wallocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.elanus.plugin.wallocal.LocalWalTest.assertCode;
import static org.elanus.plugin.wallocal.LogFixture.CHANNEL;
import static org.elanus.plugin.wallocal.LogFixture.append;
import static org.elanus.plugin.wallocal.LogFixture.endlessPauses;
import static org.elanus.plugin.wallocal.LogFixture.get;
import static org.elanus.plugin.wallocal.LogFixture.open;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.read;
import static org.elanus.plugin.wallocal.LogFixture.readAll;
import static org.elanus.plugin.wallocal.LogFixture.record;
import static org.elanus.plugin.wallocal.LogFixture.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found in files that somebody or something has changed. */
@Timeout(120)
class LogDamageTest {

    @TempDir
    Path directory;

    private LogSettings settings;
    private Path channel;

    @BeforeEach
    void makeSettings() {
        settings = settings(new LocalFiles(), directory, 1024, endlessPauses());
        channel = directory.resolve(CHANNEL);
    }

    private Path file(int number) {
        return channel.resolve("%016d.log".formatted(number));
    }

    /** Writes with a process that is killed: no mark is left behind. */
    private byte[] killedAfter(String... texts) throws IOException {
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            for (String text : texts) {
                append(wal, text);
            }
            return Files.readAllBytes(file(1));
        }
    }

    /** Makes the directory hold one file of the log with these bytes. */
    private void put(byte[] bytes) throws IOException {
        for (Path path : new LocalFiles().list(channel)) {
            if (path.toString().endsWith(".log")) {
                Files.delete(path);
            }
        }
        Files.write(file(1), bytes);
    }

    private void assertCorrupt(Path named, long position) {
        assertThatThrownBy(() -> {
                    try (LocalWalOpener opener = opener(settings);
                            Wal wal = open(opener)) {
                        // An earlier file is read when somebody reads it.
                        read(wal, DeliverPolicy.EARLIEST);
                    }
                })
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining(named.toString())
                .hasMessageContaining(position < 0 ? "corrupt" : "at byte " + position + ":");
        assertCode(StandardErrorCode.CORRUPT, () -> readAll(settings));
    }

    @Test
    void aTornTailIsCutAtEveryByteAndTheLogGoesOn() throws Exception {
        byte[] whole = killedAfter("one", "two", "and the third and last");
        int last = whole.length - (48 + 24);
        for (int length = last; length < whole.length; length++) {
            put(Arrays.copyOf(whole, length));
            assertThat(readAll(settings)).as("length %d", length).containsExactly("one", "two");
            try (LocalWalOpener opener = opener(settings);
                    Wal wal = open(opener)) {
                assertThat(read(wal, DeliverPolicy.EARLIEST)).containsExactly("one", "two");
                append(wal, "four");
                assertThat(read(wal, DeliverPolicy.EARLIEST)).containsExactly("one", "two", "four");
            }
            assertThat(readAll(settings)).containsExactly("one", "two", "four");
        }
        put(whole);
        assertThat(readAll(settings)).hasSize(3);
    }

    @Test
    void aTornTailOfZerosOrGarbageIsCut() throws Exception {
        byte[] whole = killedAfter("one", "two", "three");
        byte[] longer = Arrays.copyOf(whole, whole.length + 5000);
        put(longer);
        assertThat(readAll(settings)).hasSize(3);
        Arrays.fill(longer, whole.length, longer.length, (byte) 0x45);
        put(longer);
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            assertThat(read(wal, DeliverPolicy.EARLIEST)).hasSize(3);
        }
        assertThat(Files.size(file(1))).isEqualTo(whole.length);
    }

    @Test
    void everyFlippedBitInFrontOfTheLastSyncIsFound() throws Exception {
        byte[] whole = killedAfter("one", "two", "three", "four");
        int last = whole.length - (48 + 8);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            put(damaged);
            if (at < last) {
                assertCorrupt(file(1), at < 256 ? 0 : 256 + (at - 256) / 56 * 56);
            } else {
                // Nobody can tell it from a write that was cut off.
                assertThat(readAll(settings)).containsExactly("one", "two", "three");
            }
        }
    }

    @Test
    void afterACleanEndEvenTheLastRecordIsVouchedFor() throws Exception {
        killedAfter("one", "two");
        byte[] closed = Files.readAllBytes(file(1));
        int mark = closed.length - 48;
        for (int at = 256; at < closed.length; at++) {
            byte[] damaged = closed.clone();
            damaged[at] ^= 4;
            put(damaged);
            if (at < mark) {
                assertCorrupt(file(1), -1);
            } else {
                assertThat(readAll(settings)).containsExactly("one", "two");
            }
        }
    }

    @Test
    void anIdleLogVouchesForItsLastRecord() throws Exception {
        LogSettings withPauses = settings(new LocalFiles(), directory, 1024);
        try (LocalWalOpener opener = opener(withPauses);
                Wal wal = open(opener)) {
            append(wal, "one");
            await().until(() -> Files.size(file(1)) == 256 + 56 + 48);
            byte[] killed = Files.readAllBytes(file(1));
            killed[256 + 50] ^= 1;
            wal.close();
            put(killed);
        }
        assertCorrupt(file(1), 256);
    }

    @Test
    void soundRecordsBehindATornOneOfTheSameWriteAreCutToo() throws Exception {
        GatedFiles gated = new GatedFiles(new LocalFiles());
        byte[] whole;
        try (LocalWalOpener opener = opener(settings(gated, directory, 1 << 20, endlessPauses()));
                Wal wal = open(opener);
                gated) {
            append(wal, "before");
            gated.shut();
            List<CompletionStage<MessageId>> stages = new ArrayList<>();
            stages.add(wal.append(record("alone")));
            for (int i = 0; i < 5; i++) {
                stages.add(wal.append(record("batch" + i)));
            }
            gated.open();
            for (CompletionStage<MessageId> stage : stages) {
                get(stage);
            }
            whole = Files.readAllBytes(file(1));
        }
        int batch = 256 + 2 * 56;
        assertThat(whole).hasSize(batch + 5 * 56);
        whole[batch + 56 + 50] ^= 1; // the second record of the batch
        put(whole);
        assertThat(readAll(settings)).containsExactly("before", "alone", "batch0");
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            append(wal, "new");
            assertThat(read(wal, DeliverPolicy.EARLIEST)).containsExactly("before", "alone", "batch0", "new");
        }
        whole[256 + 50] ^= 1; // "before", which was durable when "alone" was written
        put(whole);
        assertCorrupt(file(1), 256);
    }

    @Test
    void recordsOfAnotherFileAreNotTakenForOnesOfThis() throws Exception {
        byte[] whole = killedAfter("one", "two");
        put(new byte[0]);
        Files.delete(file(1));
        byte[] other = killedAfter("ONE", "TWO", "THREE", "FOUR");
        // A block of the other file, which would go on exactly here, at the torn end of the first.
        byte[] mixed = Arrays.copyOf(whole, other.length);
        System.arraycopy(other, whole.length, mixed, whole.length, other.length - whole.length);
        put(mixed);
        assertThat(readAll(settings)).containsExactly("one", "two");
    }

    private void fillFiles() {
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            for (int i = 0; i < 60; i++) {
                append(wal, "record " + i);
            }
        }
        assertThat(file(4)).exists();
    }

    @Test
    void damageInAnEarlierFileIsFoundWhenItIsRead() throws Exception {
        fillFiles();
        byte[] bytes = Files.readAllBytes(file(2));
        bytes[500] ^= 1;
        Files.write(file(2), bytes);
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            append(wal, "the log can still be written");
        }
        assertCorrupt(file(2), 256 + (500 - 256) / 64 * 64);
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        fillFiles();
        Files.delete(file(3));
        assertCorrupt(file(3), -1);
    }

    @Test
    void aShortenedEarlierFileIsNamed() throws Exception {
        fillFiles();
        byte[] bytes = Files.readAllBytes(file(2));
        Files.write(file(2), Arrays.copyOf(bytes, bytes.length - 8));
        assertCorrupt(file(2), bytes.length - 8);
    }

    @Test
    void exchangedFilesAreNamed() throws Exception {
        fillFiles();
        byte[] second = Files.readAllBytes(file(2));
        Files.write(file(2), Files.readAllBytes(file(3)));
        Files.write(file(3), second);
        assertCorrupt(file(2), 0);
    }

    @Test
    void aFileOfAnotherHistoryIsFoundAtTheJoint() throws Exception {
        fillFiles();
        byte[] second = Files.readAllBytes(file(2));
        for (Path path : new LocalFiles().list(channel)) {
            Files.delete(path);
        }
        fillFiles();
        Files.write(file(2), second);
        assertCorrupt(file(2), 0);
    }

    @Test
    void aFileThatIsNoLogIsNamed() throws Exception {
        fillFiles();
        Files.writeString(file(1), "hello");
        assertCorrupt(file(1), 0);
        Files.write(file(1), new byte[0]);
        assertCorrupt(file(1), 0);
    }

    @Test
    void whatAnInterruptedCreationLeftIsRemoved() throws Exception {
        fillFiles();
        Path left = Files.writeString(channel.resolve("0000000000000099.log.new"), "half a header");
        assertThat(readAll(settings)).hasSize(60);
        try (LocalWalOpener opener = opener(settings);
                Wal wal = open(opener)) {
            assertThat(read(wal, DeliverPolicy.EARLIEST)).hasSize(60);
        }
        assertThat(left).doesNotExist();
    }
}
