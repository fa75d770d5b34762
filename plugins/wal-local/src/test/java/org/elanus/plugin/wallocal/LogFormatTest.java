package org.elanus.plugin.wallocal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.elanus.plugin.wallocal.LogFixture.CHANNEL;
import static org.elanus.plugin.wallocal.LogFixture.NO_WAIT;
import static org.elanus.plugin.wallocal.LogFixture.get;
import static org.elanus.plugin.wallocal.LogFixture.opener;
import static org.elanus.plugin.wallocal.LogFixture.read;
import static org.elanus.plugin.wallocal.LogFixture.readAll;
import static org.elanus.plugin.wallocal.LogFixture.settings;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.io.SimulatedDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of earlier formats are read. */
class LogFormatTest {

    /** Records of the log of format 1: 20 under term 1, 20 under term 2, the process killed behind the last one. */
    private static final List<String> RECORDS = IntStream.range(0, 40)
            .mapToObj(i -> "record " + i + " " + "x".repeat(i))
            .toList();

    @TempDir
    Path directory;

    private LogSettings onDisk() {
        return settings(new LocalFiles(), directory, 1024);
    }

    @Test
    void aLogOfFormat1IsReadAndGoneOnWith() throws Exception {
        Path channel = Files.createDirectories(directory.resolve(CHANNEL));
        for (int number = 1; number <= 5; number++) {
            try (InputStream file = LogFormatTest.class.getResourceAsStream("/format-1/%016d.bin".formatted(number))) {
                Files.copy(file, channel.resolve("%016d.log".formatted(number)));
            }
        }
        assertThat(readAll(onDisk())).isEqualTo(RECORDS);
        List<String> longer = new ArrayList<>(RECORDS);
        for (int turn = 0; turn < 2; turn++) {
            try (LocalWalOpener opener = opener(onDisk())) {
                LocalWalTest.assertCode(StandardErrorCode.FENCED, () -> opener.open(new ChannelInfo(CHANNEL, 1)));
                try (Wal wal = opener.open(new ChannelInfo(CHANNEL, 2))) {
                    assertThat(read(wal, DeliverPolicy.EARLIEST)).isEqualTo(longer);
                    WalRecord record =
                            new WalRecord(LogFixture.record("new " + turn).payload(), Map.of("turn", "" + turn));
                    get(wal.append(record));
                    longer.add("new " + turn);
                }
            }
        }
        List<Map<String, String>> properties = new ArrayList<>();
        try (LocalWalOpener opener = opener(onDisk());
                WalScanner scanner = opener.openReader(CHANNEL).scan(DeliverPolicy.EARLIEST)) {
            for (WalEntry entry = scanner.poll(NO_WAIT); entry != null; entry = scanner.poll(NO_WAIT)) {
                properties.add(entry.properties());
            }
        }
        assertThat(properties).hasSize(42);
        assertThat(properties.subList(0, 40)).containsOnly(Map.of());
        assertThat(properties.subList(40, 42)).containsExactly(Map.of("turn", "0"), Map.of("turn", "1"));
    }

    @Test
    void unsyncedRecordsKeepTheirPropertiesWhenTheyAreWrittenAgain() {
        Map<String, String> properties = Map.of("key", "välue", "empty", "");
        SimulatedDisk disk = new SimulatedDisk();
        SimulatedDisk after;
        // No mark says that the last record is durable.
        try (LocalWalOpener opener = opener(settings(disk, directory, 1 << 20, LogFixture.endlessPauses()));
                Wal wal = opener.open(new ChannelInfo(CHANNEL, 1))) {
            get(wal.append(new WalRecord(LogFixture.record("last").payload(), properties)));
            after = disk.killProcess();
        }
        try (LocalWalOpener opener = opener(settings(after, directory, 1 << 20));
                Wal wal = opener.open(new ChannelInfo(CHANNEL, 2));
                WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            WalEntry entry = scanner.poll(NO_WAIT);
            assertThat(entry).isNotNull();
            assertThat(LogFixture.text(entry)).isEqualTo("last");
            assertThat(entry.properties()).isEqualTo(properties);
        }
    }
}
