package org.elanus.plugin.wallocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.elanus.plugin.wallocal.LogFixture.CHANNEL;
import static org.elanus.plugin.wallocal.LogFixture.LONG;
import static org.elanus.plugin.wallocal.LogFixture.NO_WAIT;
import static org.elanus.plugin.wallocal.LogFixture.append;
import static org.elanus.plugin.wallocal.LogFixture.get;
import static org.elanus.plugin.wallocal.LogFixture.open;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.read;
import static org.elanus.plugin.wallocal.LogFixture.record;
import static org.elanus.plugin.wallocal.LogFixture.settings;
import static org.elanus.plugin.wallocal.LogFixture.text;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalReader;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.io.SimulatedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalWalTest {

    private static final int SMALL_SEGMENT = 2048;

    @TempDir
    Path directory;

    private LocalWalOpener opener;

    @BeforeEach
    void openDirectory() {
        opener = opener(settings(new LocalFiles(), directory, SMALL_SEGMENT));
    }

    @AfterEach
    void closeOpener() {
        opener.close();
    }

    static void assertCode(StandardErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "record " + i).toList();
    }

    private List<Path> logFiles() throws Exception {
        try (Stream<Path> found = Files.list(directory.resolve(CHANNEL))) {
            return found.filter(path -> path.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void recordsAreReadBackInOrderAcrossFilesAndAfterReopening() throws Exception {
        List<MessageId> ids = new ArrayList<>();
        try (Wal wal = open(opener)) {
            for (String text : texts(0, 200)) {
                ids.add(append(wal, text));
            }
            assertThat(read(wal, DeliverPolicy.EARLIEST)).isEqualTo(texts(0, 200));
        }
        assertThat(logFiles()).hasSizeGreaterThan(3);
        try (Wal wal = open(opener)) {
            for (String text : texts(200, 210)) {
                ids.add(append(wal, text));
            }
            assertThat(read(wal, DeliverPolicy.EARLIEST)).isEqualTo(texts(0, 210));
        }
        for (int i = 1; i < ids.size(); i++) {
            assertThat(opener.compare(ids.get(i - 1), ids.get(i))).isNegative();
        }
        assertThat(opener.compare(ids.get(3), ids.get(3))).isZero();
        try (WalReader reader = opener.openReader(CHANNEL)) {
            assertThat(read(reader, DeliverPolicy.EARLIEST)).isEqualTo(texts(0, 210));
            assertThat(read(reader, new DeliverPolicy.From(ids.get(150)))).isEqualTo(texts(150, 210));
        }
    }

    @Test
    void idleReopeningLeavesNoFilesBehind() throws Exception {
        for (int i = 0; i < 5; i++) {
            open(opener).close();
        }
        assertThat(logFiles()).hasSize(1);
        try (Wal wal = open(opener)) {
            append(wal, "record 0");
        }
        for (int i = 0; i < 5; i++) {
            open(opener).close();
        }
        assertThat(logFiles()).hasSize(2);
        try (Wal wal = open(opener)) {
            append(wal, "record 1");
            assertThat(read(wal, DeliverPolicy.EARLIEST)).isEqualTo(texts(0, 2));
        }
    }

    @Test
    void aScannerFromTheLatestRecordWithoutAWriterSkipsWhatIsThere() {
        try (Wal wal = open(opener)) {
            append(wal, "old");
        }
        try (WalReader reader = opener.openReader(CHANNEL);
                WalScanner latest = reader.scan(DeliverPolicy.LATEST)) {
            assertThat(latest.poll(NO_WAIT)).isNull();
            try (Wal wal = open(opener)) {
                append(wal, "new");
                assertThat(text(latest.poll(LONG))).isEqualTo("new");
            }
        }
    }

    @Test
    void aReaderFollowsThroughTheWritersComingAndGoing() {
        try (WalReader reader = opener.openReader(CHANNEL);
                WalScanner scanner = reader.scan(DeliverPolicy.EARLIEST)) {
            assertThat(scanner.poll(NO_WAIT)).isNull();
            for (int i = 0; i < 30; i++) {
                try (Wal wal = open(opener)) {
                    append(wal, "a" + i);
                    assertThat(text(scanner.poll(LONG))).isEqualTo("a" + i);
                    append(wal, "b" + i);
                    if (i % 2 == 0) {
                        assertThat(text(scanner.poll(LONG))).isEqualTo("b" + i);
                    }
                }
                if (i % 2 == 1) {
                    assertThat(text(scanner.poll(LONG))).isEqualTo("b" + i);
                }
                assertThat(scanner.poll(NO_WAIT)).isNull();
            }
        }
    }

    @Test
    void payloadsAreAlignedAndReadOnly() {
        try (Wal wal = open(opener)) {
            append(wal, "x");
            append(wal, "y");
            try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
                for (WalEntry entry = scanner.poll(NO_WAIT); entry != null; entry = scanner.poll(NO_WAIT)) {
                    assertThat(entry.payload().address() % 8).isZero();
                    assertThat(entry.payload().isReadOnly()).isTrue();
                }
            }
        }
    }

    @Test
    void manyThreadsShareSyncsAndEachKeepsItsOrder() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (LocalWalOpener simulated = opener(settings(disk, Path.of("/d"), 1 << 20));
                Wal wal = open(simulated)) {
            int threads = 8;
            int each = 2000;
            List<Thread> running = new ArrayList<>();
            List<Throwable> errors = new CopyOnWriteArrayList<>();
            for (int t = 0; t < threads; t++) {
                String prefix = t + ":";
                running.add(Thread.ofVirtual().start(() -> {
                    try {
                        List<CompletionStage<MessageId>> stages = new ArrayList<>();
                        for (int i = 0; i < each; i++) {
                            stages.add(wal.append(record(prefix + i)));
                        }
                        for (int i = 1; i < each; i++) {
                            assertThat(simulated.compare(get(stages.get(i - 1)), get(stages.get(i))))
                                    .isNegative();
                        }
                    } catch (Throwable e) {
                        errors.add(e);
                    }
                }));
            }
            for (Thread thread : running) {
                thread.join();
            }
            assertThat(errors).isEmpty();
            List<String> all = read(wal, DeliverPolicy.EARLIEST);
            assertThat(all).hasSize(threads * each);
            for (int t = 0; t < threads; t++) {
                String prefix = t + ":";
                assertThat(all.stream().filter(text -> text.startsWith(prefix)))
                        .isEqualTo(IntStream.range(0, each)
                                .mapToObj(i -> prefix + i)
                                .toList());
            }
            assertThat(disk.forces()).isLessThan(threads * each / 2);
        }
    }

    @Test
    void aStageThatCompletedMeansThatReadersSeeTheRecord() {
        try (Wal wal = open(opener);
                WalScanner scanner = wal.scan(DeliverPolicy.LATEST)) {
            for (int i = 0; i < 300; i++) {
                MessageId id = append(wal, "r" + i);
                WalEntry entry = scanner.poll(NO_WAIT);
                assertThat(entry).isNotNull();
                assertThat(entry.id()).isEqualTo(id);
            }
        }
    }

    @Test
    void aHandleMayBeClosedByACallback() {
        Wal wal = open(opener);
        get(wal.append(record("x")).thenRun(wal::close));
        wal.close();
        open(opener).close();
    }

    @Test
    void aChannelThatAnotherHoldsIsNamedWithItsDirectory() {
        try (Wal _ = open(opener);
                LocalWalOpener other = opener(settings(new LocalFiles(), directory, SMALL_SEGMENT))) {
            assertThatThrownBy(() -> open(other)).hasMessageContaining(directory.toString());
        }
    }

    @Test
    void aLowerTermIsFencedByWhatTheFilesSay() {
        opener.open(new ChannelInfo(CHANNEL, 5)).close();
        try (LocalWalOpener other = opener(settings(new LocalFiles(), directory, SMALL_SEGMENT))) {
            assertCode(StandardErrorCode.FENCED, () -> other.open(new ChannelInfo(CHANNEL, 4)));
            other.open(new ChannelInfo(CHANNEL, 5)).close();
        }
    }

    @Test
    void truncationDeletesWholeFilesBeforeTheRecord() throws Exception {
        List<MessageId> ids = new ArrayList<>();
        try (Wal wal = open(opener)) {
            for (String text : texts(0, 200)) {
                ids.add(append(wal, text));
            }
            int before = logFiles().size();
            wal.truncate(ids.get(0));
            assertThat(logFiles()).hasSize(before);
            wal.truncate(ids.get(120));
            assertThat(logFiles()).hasSizeLessThan(before - 1);
            List<String> left = read(wal, DeliverPolicy.EARLIEST);
            assertThat(left).hasSizeBetween(80, 120).isEqualTo(texts(200 - left.size(), 200));
            assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> read(wal, new DeliverPolicy.From(ids.get(10))));
            assertThat(read(wal, new DeliverPolicy.After(ids.get(120)))).isEqualTo(texts(121, 200));
            wal.truncate(ids.get(199));
            assertThat(logFiles()).hasSize(1);
            append(wal, "record 200");
        }
        try (Wal wal = open(opener)) {
            append(wal, "record 201");
            List<String> left = read(wal, DeliverPolicy.EARLIEST);
            assertThat(left).isEqualTo(texts(202 - left.size(), 202));
        }
    }

    @Test
    void aScannerAtTheEndOfATruncatedFileGoesOn() {
        try (Wal wal = open(opener);
                WalScanner idle = wal.scan(DeliverPolicy.EARLIEST);
                WalScanner behind = wal.scan(DeliverPolicy.EARLIEST)) {
            append(wal, "first");
            assertThat(text(idle.poll(NO_WAIT))).isEqualTo("first");
            assertThat(text(behind.poll(NO_WAIT))).isEqualTo("first");
            append(wal, "second");
            assertThat(text(idle.poll(NO_WAIT))).isEqualTo("second");
            MessageId id = append(wal, "third " + "x".repeat(SMALL_SEGMENT));
            wal.truncate(id);
            assertThat(text(idle.poll(NO_WAIT))).startsWith("third");
            assertCode(StandardErrorCode.INVALID_ARGUMENT, () -> behind.poll(NO_WAIT));
        }
    }

    @Test
    void aPositionBehindTheEndMeansThatTheEndIsMissing() {
        try (Wal wal = open(opener)) {
            append(wal, "a");
            assertCode(StandardErrorCode.CORRUPT, () -> read(wal, new DeliverPolicy.After(LocalWalOpener.id(7))));
        }
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws Exception {
        Files.writeString(directory.resolve(CHANNEL), "a file where the channel's directory should be");
        assertCode(StandardErrorCode.IO_FAILURE, () -> open(opener));
        assertThatThrownBy(() -> open(opener))
                .hasMessageContaining(directory.resolve(CHANNEL).toString());
    }
}
