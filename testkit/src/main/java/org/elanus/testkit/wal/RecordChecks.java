package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.junit.jupiter.api.Test;

/** Records of every size and shape. */
interface RecordChecks extends WalCheck {

    @Test
    default void aRecordOfTheDeclaredLimitIsTakenAndOneByteMoreIsRefused() {
        int limit = kit().builder().capabilities().maxRecordBytes();
        Wal wal = kit().open(1);
        MemorySegment bytes = MemorySegment.ofArray(new byte[limit + 1]);
        Random random = new Random(limit);
        for (int at = 0; at < limit; at += 1 + random.nextInt(1000)) {
            bytes.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
        }
        kit().append(wal, 0, 0, 1);
        WalRecord over = new WalRecord(List.of(bytes));
        for (int turn = 0; turn < 2; turn++) {
            WalKit.assertCode(StandardErrorCode.ARGUMENT_TOO_LARGE, () -> wal.append(over));
            assertThat(catchThrowable(() -> wal.append(over)))
                    .hasMessageContaining("" + limit)
                    .hasMessageContaining("" + (limit + 1));
        }
        // The properties do not count.
        WalRecord largest = new WalRecord(List.of(bytes.asSlice(0, limit)), full());
        MessageId id = kit().get(wal.append(largest));
        MessageId last = kit().append(wal, 0, 1, 2).getFirst();
        try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            assertThat(KitRecord.of(kit().next(scanner))).isEqualTo(KitRecord.of(0, 0));
            WalEntry entry = kit().next(scanner);
            assertThat(entry.id()).isEqualTo(id);
            assertThat(entry.payload().byteSize()).isEqualTo(limit);
            assertThat(entry.payload().mismatch(bytes)).isEqualTo(limit);
            assertThat(entry.properties()).isEqualTo(full());
            assertThat(kit().next(scanner).id()).isEqualTo(last);
        }
    }

    private static Map<String, String> full() {
        Map<String, String> properties = new HashMap<>();
        int room = WalRecord.MAX_PROPERTY_BYTES;
        for (int i = 0; i < WalRecord.MAX_PROPERTIES - 1; i++) {
            String name = "property " + (char) ('A' + i);
            properties.put(name, "");
            room -= name.length();
        }
        properties.put("last", "ä".repeat((room - 4) / 2));
        return properties;
    }

    @Test
    default void emptyPayloadsAndEmptyPropertiesComeBackEmpty() {
        Wal wal = kit().open(1);
        kit().get(wal.append(new WalRecord(List.of())));
        kit().get(wal.append(
                new WalRecord(List.of(MemorySegment.ofArray(new byte[0]), MemorySegment.NULL), Map.of("key", ""))));
        kit().append(wal, 0, 0, 1);
        try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            WalEntry first = kit().next(scanner);
            assertThat(first.payload().byteSize()).isZero();
            assertThat(first.properties()).isEmpty();
            WalEntry second = kit().next(scanner);
            assertThat(second.payload().byteSize()).isZero();
            assertThat(second.properties()).isEqualTo(Map.of("key", ""));
            assertThat(KitRecord.of(kit().next(scanner))).isEqualTo(KitRecord.of(0, 0));
        }
    }

    @Test
    default void manyPiecesOfEveryKindOfMemoryFormOnePayload() {
        byte[] expected = new byte[60_000];
        new Random(7).nextBytes(expected);
        MemorySegment source = MemorySegment.ofArray(expected);
        Wal wal = kit().open(1);
        try (Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            List<MemorySegment> pieces = new ArrayList<>();
            for (int at = 0, kind = 0; at < expected.length; at += 80, kind++) {
                MemorySegment part = source.asSlice(at, 80);
                pieces.add(
                        switch (kind % 6) {
                            case 0 -> part;
                            case 1 -> confined.allocate(80).copyFrom(part);
                            case 2 -> shared.allocate(80).copyFrom(part).asReadOnly();
                            case 3 -> MemorySegment.ofArray(part.toArray(ValueLayout.JAVA_LONG_UNALIGNED));
                            case 4 -> MemorySegment.ofArray(part.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
                            default -> Arena.ofAuto().allocate(80).copyFrom(part);
                        });
                if (kind % 50 == 0) {
                    pieces.add(MemorySegment.NULL);
                }
            }
            kit().get(wal.append(new WalRecord(pieces)));
        }
        // What belonged to the caller is gone now.
        try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            assertThat(kit().next(scanner).payload().toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(expected);
        }
    }

    @Test
    default void entriesStayValidAfterTheirScannerIsClosed() {
        Wal wal = kit().open(1);
        kit().append(wal, 0, 0, 100);
        List<WalEntry> entries = new ArrayList<>();
        try (WalScanner scanner = wal.scan(DeliverPolicy.EARLIEST)) {
            while (entries.size() < 100) {
                entries.add(kit().next(scanner));
            }
        }
        wal.close();
        assertThat(entries.stream().map(KitRecord::of)).containsExactlyElementsOf(WalKit.records(0, 0, 100));
    }
}
