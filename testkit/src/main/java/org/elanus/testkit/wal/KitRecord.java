package org.elanus.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;

/**
 * A record whose every byte follows from who wrote it, its number and its size, so that one that is read back can be
 * checked without remembering it.
 */
record KitRecord(int writer, int number, int size) {

    /** What the payload begins with. */
    private static final int HEADER = 3 * Integer.BYTES;

    KitRecord {
        if (size < HEADER) {
            throw new IllegalArgumentException("a record of the kit has at least " + HEADER + " bytes");
        }
    }

    static KitRecord of(int writer, int number) {
        return new KitRecord(writer, number, HEADER + (number * 37 + writer) % 300);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[size];
        new SplittableRandom(writer * 1_000_003L + number).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(writer).putInt(number).putInt(size);
        return bytes;
    }

    private Map<String, String> properties() {
        return Map.of("writer", "" + writer, "näme", "number " + number, "empty", "");
    }

    /** In a few pieces. */
    WalRecord record() {
        byte[] bytes = bytes();
        List<MemorySegment> pieces = new ArrayList<>();
        MemorySegment all = MemorySegment.ofArray(bytes);
        int cut = Math.min(bytes.length, 5);
        pieces.add(all.asSlice(0, cut));
        pieces.add(all.asSlice(cut));
        return new WalRecord(pieces, properties());
    }

    /** What an entry holds, after a check that it is exactly what was appended. */
    static KitRecord of(WalEntry entry) {
        byte[] found = entry.payload().toArray(ValueLayout.JAVA_BYTE);
        assertThat(found).as("payload at %s", entry.id()).hasSizeGreaterThanOrEqualTo(HEADER);
        ByteBuffer header = ByteBuffer.wrap(found);
        int writer = header.getInt();
        int number = header.getInt();
        int size = header.getInt();
        assertThat(found)
                .as("payload of record %d of writer %d", number, writer)
                .hasSize(size);
        KitRecord record = new KitRecord(writer, number, size);
        assertThat(found).as("payload of %s", record).isEqualTo(record.bytes());
        assertThat(entry.properties()).as("properties of %s", record).isEqualTo(record.properties());
        return record;
    }

    @Override
    public String toString() {
        return writer + "/" + number;
    }
}
