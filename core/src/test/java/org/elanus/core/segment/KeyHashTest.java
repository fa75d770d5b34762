package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.elanus.spi.database.FixedColumn;
import org.junit.jupiter.api.Test;

class KeyHashTest {

    @Test
    void hashesAsXxh64() {
        assertThat(hash("")).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(hash("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(hash("abc")).isEqualTo(0x44BC2CF5AD770999L);
        assertThat(hash("Nobody inspects the spammish repetition")).isEqualTo(0xFBCEA83C8A378BF1L);
    }

    @Test
    void bloomFilterKnowsEveryKeyAndFewOthers() {
        try (Arena arena = Arena.ofConfined()) {
            int keys = 10_000;
            MemorySegment filter = arena.allocate(BloomFilter.bytes(keys));
            for (long key = 0; key < keys; key++) {
                BloomFilter.add(filter, key);
            }
            int wrong = 0;
            for (long key = 0; key < keys; key++) {
                assertThat(BloomFilter.mayContain(filter, key)).isTrue();
                wrong += BloomFilter.mayContain(filter, key + 1_000_000) ? 1 : 0;
            }
            assertThat(wrong).isLessThan(keys / 50);
        }
    }

    @Test
    void sortedKeysAreFoundWhateverTheirDistribution() {
        Random random = new Random(1);
        for (int round = 0; round < 6; round++) {
            int count = 5000;
            long[] keys = new long[count];
            for (int i = 0; i < count; i++) {
                keys[i] = switch (round) {
                    case 0 -> i;
                    case 1 -> random.nextLong();
                    case 2 -> random.nextInt(500);
                    case 3 -> i < 10 ? Long.MIN_VALUE + i : Long.MAX_VALUE - random.nextInt(1000);
                    case 4 -> 1L << random.nextInt(64);
                    default -> -i;
                };
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment sorted = arena.allocate(8L * count);
                MemorySegment rows = arena.allocate(4L * count);
                MemorySegment bloom = arena.allocate(BloomFilter.bytes(count));
                for (int i = 0; i < count; i++) {
                    sorted.set(FixedColumn.LONG, 8L * i, keys[i]);
                    rows.set(FixedColumn.INT, 4L * i, i);
                    BloomFilter.add(bloom, keys[i]);
                }
                SealedKeyIndex.sort(sorted, rows, count);
                SealedKeyIndex index = new SealedKeyIndex(sorted, rows, bloom);
                long[] expected = keys.clone();
                Arrays.sort(expected);
                for (int i = 0; i < count; i++) {
                    assertThat(index.key(i)).isEqualTo(expected[i]);
                    assertThat(keys[index.row(i)]).isEqualTo(expected[i]);
                    int found = index.find(keys[i]);
                    assertThat(index.key(found)).isEqualTo(keys[i]);
                    assertThat(found == 0 || index.key(found - 1) < keys[i]).isTrue();
                }
                for (int i = 0; i < 1000; i++) {
                    long key = random.nextLong();
                    assertThat(index.find(key) >= 0).isEqualTo(Arrays.binarySearch(expected, key) >= 0);
                }
            }
        }
    }

    private static long hash(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return KeyHash.xxh64(MemorySegment.ofArray(bytes), 0, bytes.length);
    }
}
