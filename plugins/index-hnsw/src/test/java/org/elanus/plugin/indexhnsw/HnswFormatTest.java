package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Codes.class)
class HnswFormatTest {

    @Parameter
    Codes codes;

    private static final long SEED = 31;
    private static final HnswIndexType TYPE = TestIndex.TYPE;

    @TempDir
    Path directory;

    private final TestVectors vectors = vectors();
    private final Arena arena = Arena.ofAuto();
    private final VectorSource source = vectors.source(arena);

    private static TestVectors vectors() {
        TestVectors vectors = TestVectors.clustered(2500, 9, 10, SEED);
        for (int row = 10; row < 40; row++) {
            vectors.rows()[row] = vectors.rows()[4];
        }
        return vectors;
    }

    private byte[] build(Path target) throws IOException {
        return build(target, source);
    }

    private byte[] build(Path target, VectorSource source) throws IOException {
        Files.createDirectories(target);
        try (TestFiles files = new TestFiles(target)) {
            TYPE.builder(MetricType.COSINE, Map.of("M", "8", "efConstruction", "40", "codes", codes.toString()))
                    .build(source, files, Runnable::run, 1, Cancellation.NONE);
            return Files.readAllBytes(files.graph());
        }
    }

    @Test
    void theSameRowsGiveTheSameFile() throws IOException {
        assertThat(build(directory.resolve("a"))).isEqualTo(build(directory.resolve("b")));
    }

    @Test
    void theWayRowsLieInMemoryDoesNotMatter() throws IOException {
        byte[] expected = build(directory.resolve("a"));
        assertThat(build(directory.resolve("b"), vectors.source(arena, 4L * 9 + 4)))
                .isEqualTo(expected);
        VectorSource heap = new VectorSource(
                source.type(),
                source.rows(),
                source.dimension(),
                source.stride(),
                MemorySegment.ofArray(source.vectors().toArray(ValueLayout.JAVA_FLOAT)));
        assertThat(build(directory.resolve("c"), heap)).isEqualTo(expected);
        try (TestFiles files = new TestFiles(directory.resolve("c"));
                VectorIndex index = TYPE.open(heap, MetricType.COSINE, Map.of(), files)) {
            index.checkIntegrity();
            Hits hits = new Hits();
            index.searcher().search(vectors.query(7), null, 1, Map.of(), hits, Cancellation.NONE);
            assertThat(hits.row(0)).isEqualTo(7);
        }
    }

    @Test
    void onlyTheGraphIsInTheDirectoryAndItsSizeIsThatOfTheIndex() throws IOException {
        byte[] bytes = build(directory);
        try (TestFiles files = new TestFiles(directory);
                VectorIndex index = TYPE.open(source, MetricType.COSINE, Map.of(), files)) {
            assertThat(files.names()).containsExactly("graph");
            assertThat(index.memoryBytes()).isEqualTo(bytes.length);
        }
    }

    @Test
    void anyFlippedBitOfTheHeaderIsSeenWhenOpening() throws IOException {
        byte[] bytes = build(directory);
        for (int i = 0; i < GraphFile.HEADER_BYTES; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            assertCorrupt("byte " + i, () -> open(damaged, MetricType.COSINE, source));
        }
    }

    @Test
    void aFileCutAnywhereIsSeenWhenOpening() throws IOException {
        byte[] bytes = build(directory);
        for (int length : new int[] {0, 1, 255, 256, 1000, bytes.length / 2, bytes.length - 1}) {
            assertCorrupt("length " + length, () -> open(Arrays.copyOf(bytes, length), MetricType.COSINE, source));
        }
        assertCorrupt("longer", () -> open(Arrays.copyOf(bytes, bytes.length + 1), MetricType.COSINE, source));
    }

    @Test
    void aLaterVersionIsNamed() throws IOException {
        byte[] bytes = build(directory);
        bytes[8] = 3;
        assertThatThrownBy(() -> open(bytes, MetricType.COSINE, source))
                .hasMessageContaining("'graph'")
                .hasMessageContaining("format version 3 is not known; known are 1 to 2");
    }

    @Test
    void aFileOfTheFirstVersionIsRead() throws IOException {
        assumeThat(codes).isEqualTo(Codes.NONE);
        byte[] bytes = build(directory);
        bytes[8] = 1; // the only difference where there are no records
        MemorySegment header = MemorySegment.ofArray(bytes);
        header.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), GraphFile.HEADER_BYTES - 4, (int)
                GraphFile.checksum(header.asSlice(0, GraphFile.HEADER_BYTES - 4)));
        try (VectorIndex index = open(bytes, MetricType.COSINE, source)) {
            index.checkIntegrity();
            Hits hits = new Hits();
            index.searcher().search(vectors.query(7), null, 1, Map.of(), hits, Cancellation.NONE);
            assertThat(hits.row(0)).isEqualTo(7);
        }
    }

    @Test
    void aFlippedBitAnywhereIsSeenByTheCheck() throws IOException {
        byte[] bytes = build(directory);
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            int at = i == 0 ? bytes.length - 1 : random.nextInt(GraphFile.HEADER_BYTES, bytes.length);
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            assertCorrupt(
                    "byte " + at, () -> open(damaged, MetricType.COSINE, source).checkIntegrity());
        }
    }

    /** Whatever the bytes of a damaged file, a search gives hits or an error and reads no foreign memory. */
    @Test
    void aSearchOfADamagedFileFailsCleanly() throws IOException {
        byte[] bytes = build(directory);
        Random random = new Random(SEED);
        for (int i = 0; i < 100; i++) {
            byte[] damaged = bytes.clone();
            for (int j = 0; j < 2000; j++) {
                damaged[random.nextInt(GraphFile.HEADER_BYTES, bytes.length)] = (byte) random.nextInt();
            }
            VectorIndex index = open(damaged, MetricType.COSINE, source);
            for (int query = 0; query < 20; query++) {
                Hits hits = new Hits();
                try {
                    index.searcher().search(vectors.query(query), null, 10, Map.of(), hits, Cancellation.NONE);
                } catch (ElanusException e) {
                    assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT);
                }
            }
        }
    }

    @Test
    void anIndexOfOtherVectorsIsRefused() throws IOException {
        byte[] bytes = build(directory);
        assertCorrupt("metric", () -> open(bytes, MetricType.L2, source));
        assertCorrupt(
                "rows", () -> open(bytes, MetricType.COSINE, vectors.first(2499).source(arena)));
        assertCorrupt(
                "dimension",
                () -> open(
                        bytes,
                        MetricType.COSINE,
                        TestVectors.clustered(2500, 10, 2, SEED).source(arena)));
    }

    @Test
    void aClosedIndexRefusesToSearch() throws IOException {
        VectorIndex index = open(build(directory), MetricType.COSINE, source);
        var searcher = index.searcher();
        index.close();
        index.close();
        assertThatThrownBy(() -> searcher.search(vectors.query(0), null, 1, Map.of(), new Hits(), Cancellation.NONE))
                .hasMessageContaining("closed");
    }

    private VectorIndex open(byte[] bytes, MetricType metric, VectorSource source) {
        MemorySegment memory = arena.allocate(Math.max(bytes.length, 1), 64).asSlice(0, bytes.length);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return TYPE.open(source, metric, Map.of(), new OneFile(memory));
    }

    private static void assertCorrupt(String what, ThrowingCallable call) {
        assertThatThrownBy(call)
                .as(what + ", seed " + SEED)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining("'graph'");
    }
}
