package org.elanus.core.index.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.elanus.core.index.BuiltIndex;
import org.elanus.core.index.IndexBuild;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.segment.MemoryObjectStore;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarFileTest {

    private final MemoryObjectStore store = new MemoryObjectStore();
    private final long seed = Long.getLong("elanus.test.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    /** Texts with long common beginnings, with zeros and high bytes, empty ones, and ends inside of others. */
    private List<byte[]> texts(int rows) {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            String common = "ab\u0000\u00e9".repeat(random.nextInt(6));
            texts.add((common + "\u0000z\u20ac".substring(0, random.nextInt(4)) + random.nextInt(9))
                    .substring(0, common.length() + random.nextInt(2))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return texts;
    }

    private byte[] build(List<byte[]> texts, String type) {
        BuiltIndex built = IndexBuild.buildScalar(
                FieldSchema.varchar("text", 1000),
                Columns.bytes(DataType.VARCHAR, texts),
                type,
                Map.of(),
                store,
                type + random.nextLong(),
                Cancellation.NONE);
        return store.get(built.files().getFirst().key());
    }

    private static ScalarIndex open(byte[] file, int rows) {
        return ScalarFile.open("i", MemorySegment.ofArray(file), rows, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVERTED", "BITMAP", "STL_SORT", "TRIE"})
    void termsAndRowsAreThoseOfTheColumn(String type) {
        for (int round = 0; round < 40; round++) {
            int rows = random.nextInt(200);
            List<byte[]> texts = texts(rows);
            TreeMap<byte[], BitSet> expected = new TreeMap<>(Arrays::compareUnsigned);
            for (int row = 0; row < rows; row++) {
                expected.computeIfAbsent(texts.get(row), text -> new BitSet()).set(row);
            }
            ScalarIndex index = open(build(texts, type), rows);
            List<byte[]> terms = new ArrayList<>(expected.keySet());
            assertThat(index.terms()).as("seed %d", seed).isEqualTo(terms.size());
            List<byte[]> visited = new ArrayList<>();
            index.visit(0, terms.size(), (term, bytes, start, length) -> visited.add(
                    bytes.asSlice(start, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
            assertThat(visited).as("seed %d", seed).usingElementComparator(Arrays::compareUnsigned).isEqualTo(terms);
            List<byte[]> asked = new ArrayList<>(terms);
            asked.addAll(texts(50));
            for (byte[] text : asked) {
                assertThat(index.firstAtLeast(text)).isEqualTo(count(terms, text, 0));
                assertThat(index.firstAbove(text)).isEqualTo(count(terms, text, 1));
                int beyond = (int) terms.stream()
                        .filter(term -> Arrays.compareUnsigned(term, text) < 0
                                || term.length >= text.length
                                        && Arrays.equals(term, 0, text.length, text, 0, text.length))
                        .count();
                assertThat(index.firstBeyond(text)).isEqualTo(beyond);
            }
            for (int term = 0; term < terms.size(); term++) {
                long[] words = new long[rows + 63 >>> 6];
                index.collect(term, term + 1, words);
                assertThat(BitSet.valueOf(words)).isEqualTo(expected.get(terms.get(term)));
                assertThat(index.postings(term, term + 1)).isEqualTo(BitSet.valueOf(words).cardinality());
            }
            index.checkIntegrity();
        }
    }

    private static int count(List<byte[]> terms, byte[] text, int orEqual) {
        return (int) terms.stream()
                .filter(term -> Arrays.compareUnsigned(term, text) < orEqual)
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVERTED", "BITMAP", "STL_SORT", "TRIE"})
    void everyFlippedBitIsFound(String type) {
        byte[] file = build(texts(150), type);
        open(file, 150).checkIntegrity();
        for (int at = 0; at < file.length; at++) {
            byte[] damaged = file.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> open(damaged, 150).checkIntegrity())
                    .as("byte %d, seed %d", at, seed)
                    .isInstanceOf(ElanusException.class);
        }
        for (int length : new int[] {0, 63, 200, file.length - 1}) {
            assertThatThrownBy(() -> open(Arrays.copyOf(file, length), 150))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        }
        assertThatThrownBy(() -> open(file, 151)).isInstanceOf(ElanusException.class);
    }

    @Test
    void longTextsThatHardlyDifferAreSorted() {
        List<byte[]> texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            texts.add(("x".repeat(random.nextInt(3000)) + random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
        }
        for (String type : List.of("INVERTED", "TRIE")) {
            open(build(texts, type), texts.size()).checkIntegrity();
        }
    }

    @Test
    void numbersAreOrderedAsNumbersAre() {
        double[] ordered = {
            Double.NEGATIVE_INFINITY, -1e300, -1, -Double.MIN_VALUE, 0, Double.MIN_VALUE, 1, 1e300,
            Double.POSITIVE_INFINITY, Double.NaN
        };
        for (int i = 1; i < ordered.length; i++) {
            assertThat(ScalarIndex.keyOf(ordered[i - 1])).isLessThan(ScalarIndex.keyOf(ordered[i]));
        }
        assertThat(ScalarIndex.keyOf(-0.0)).isEqualTo(ScalarIndex.keyOf(0.0));
    }

    @Test
    void buildsEndSoonAfterCancellation() {
        assertThatThrownBy(() -> IndexBuild.buildScalar(
                        FieldSchema.of("n", DataType.INT64),
                        Columns.longs(1, 2, 3),
                        "INVERTED",
                        Map.of(),
                        store,
                        "cancelled",
                        () -> true))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
        assertThat(store.keys()).isEmpty();
    }
}
