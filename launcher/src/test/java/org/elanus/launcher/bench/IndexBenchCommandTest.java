package org.elanus.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class IndexBenchCommandTest {

    private static final String HEADER = "index,params,recall,qps,p50_us,p99_us,build_s,bytes_per_vector";
    private static final int DIMENSION = 20;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final float[][] base = vectors(3000, 1);
    private final float[][] queries = vectors(40, 2);

    /** Whole numbers from 0 to 255 around a few centres, so that they fit into every format. */
    private static float[][] vectors(int count, long seed) {
        Random centres = new Random(99);
        int[][] centre = new int[10][DIMENSION];
        for (int[] one : centre) {
            Arrays.setAll(one, i -> 40 + centres.nextInt(170));
        }
        Random random = new Random(seed);
        float[][] rows = new float[count][DIMENSION];
        for (float[] row : rows) {
            int[] around = centre[random.nextInt(centre.length)];
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = around[i] + random.nextInt(-40, 41);
            }
        }
        return rows;
    }

    @BeforeEach
    void writeFiles() throws IOException {
        writeFloats("base.fvecs", base);
        writeFloats("query.fvecs", queries);
        writeInts("truth.ivecs", truth(25));
        writeBytes("base.bvecs", base);
        writeBytes("query.bvecs", queries);
    }

    private int[][] truth(int width) {
        int[][] truth = new int[queries.length][];
        for (int i = 0; i < truth.length; i++) {
            float[] query = queries[i];
            truth[i] = IntStream.range(0, base.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(row -> distance(query, base[row])))
                    .limit(width)
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
        return truth;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    @Test
    void printsOneRowForEachValueOfTheSearchParameter() {
        assertThat(run("--type", "HNSW", "--build", "M=8,efConstruction=60", "--search", "ef=10,40,200", "--k", "10"))
                .isZero();
        List<String[]> rows = rows();
        assertThat(rows).hasSize(3).allSatisfy(row -> {
            assertThat(row).hasSize(8);
            assertThat(row[0]).isEqualTo("HNSW");
            assertThat(Double.parseDouble(row[2])).isBetween(0.5, 1.0);
            assertThat(Double.parseDouble(row[3])).isPositive();
            assertThat(Double.parseDouble(row[4])).isPositive();
            assertThat(Double.parseDouble(row[5])).isGreaterThanOrEqualTo(Double.parseDouble(row[4]));
            assertThat(Double.parseDouble(row[6])).isPositive();
            // The vectors and 16 neighbours at least.
            assertThat(Double.parseDouble(row[7])).isBetween(4.0 * DIMENSION + 64, 4.0 * DIMENSION + 90);
        });
        assertThat(rows.getLast()[1]).isEqualTo("M=8;efConstruction=60;ef=200");
        assertThat(Double.parseDouble(rows.getLast()[2])).isGreaterThan(0.97);
    }

    @Test
    void flatFindsAll() {
        assertThat(run("--type", "flat", "--threads", "2")).isZero();
        assertThat(rows()).hasSize(1);
        assertThat(Double.parseDouble(rows().getFirst()[2])).isGreaterThan(0.99);
        assertThat(Double.parseDouble(rows().getFirst()[7])).isEqualTo(4.0 * DIMENSION);
    }

    @Test
    void bytesAreReadAsNumbers() {
        assertThat(execute("base.bvecs", "query.bvecs", "truth.ivecs", "--type", "FLAT"))
                .isZero();
        assertThat(Double.parseDouble(rows().getFirst()[2])).isGreaterThan(0.99);
    }

    @Test
    void severalThreadsFindTheSame() {
        assertThat(run("--type", "HNSW", "--search", "ef=100", "--threads", "2", "--kernels", "java"))
                .isZero();
        assertThat(Double.parseDouble(rows().getFirst()[2])).isGreaterThan(0.95);
    }

    @Test
    void filesThatAreMissingCutOffOrDoNotFitAreRefusedInOneLine() throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve("base.fvecs"));
        Files.write(directory.resolve("cut.fvecs"), Arrays.copyOf(bytes, bytes.length - 5));
        Files.write(directory.resolve("empty.fvecs"), new byte[0]);
        Files.writeString(directory.resolve("text.fvecs"), "this is no file of vectors");
        float[][] narrow = new float[queries.length][3];
        writeFloats("narrow.fvecs", narrow);
        writeFloats("few.fvecs", Arrays.copyOf(queries, 5));
        byte[] mixed = bytes.clone();
        ByteBuffer.wrap(mixed).order(ByteOrder.LITTLE_ENDIAN).putInt(7 * (4 + 4 * DIMENSION), 3);
        Files.write(directory.resolve("mixed.fvecs"), mixed);
        int[][] outside = truth(25);
        outside[3][24] = base.length;
        writeInts("outside.ivecs", outside);
        outside[3][24] = -1;
        writeInts("negative.ivecs", outside);

        assertRefused("no such file", "absent.fvecs", "query.fvecs", "truth.ivecs");
        assertRefused("cut off", "cut.fvecs", "query.fvecs", "truth.ivecs");
        assertRefused("no row", "base.fvecs", "empty.fvecs", "truth.ivecs");
        assertRefused("no file of little-endian vectors", "text.fvecs", "query.fvecs", "truth.ivecs");
        assertRefused("has 3 dimensions", "base.fvecs", "narrow.fvecs", "truth.ivecs");
        assertRefused("answers 40 queries", "base.fvecs", "few.fvecs", "truth.ivecs");
        assertRefused("row 7 has dimension 3", "mixed.fvecs", "query.fvecs", "truth.ivecs");
        assertRefused("has 3000 among its nearest rows", "base.fvecs", "query.fvecs", "outside.ivecs");
        assertRefused("has -1 among its nearest rows", "base.fvecs", "query.fvecs", "negative.ivecs");
        assertRefused("only the 25 nearest", "base.fvecs", "query.fvecs", "truth.ivecs", "--k", "26");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--kernels native|no native accelerator is installed",
                "--kernels fast|auto, java or native",
                "--metric hamming|l2, ip or cosine",
                "--type IVF_NOWHERE|HNSW",
                "--type HNSW --build M=1|from 2 to 2048",
                "--type HNSW --build size=1|M, efConstruction",
                "--type HNSW --build M|NAME=VALUE",
                "--type HNSW --search ef=10,9|must not be smaller than k (10)",
                "--type HNSW --search ef=10,x|'x'",
                "--type HNSW --search nprobe=3|it has ef",
                "--search 10|NAME=VALUE",
                "--k 0|1 or more",
                "--threads 0|--threads is from 1"
            })
    void optionsThatMakeNoSenseAreRefusedInOneLine(String line) {
        String[] parts = line.split("\\|");
        assertRefused(parts[1], "base.fvecs", "query.fvecs", "truth.ivecs", parts[0].split(" "));
    }

    private void assertRefused(String message, String base, String query, String truth, String... more) {
        out.reset();
        err.reset();
        assertThat(execute(base, query, truth, more)).as(message).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8).strip())
                .startsWith("elanus: ")
                .contains(message)
                .doesNotContain("\n");
    }

    private int run(String... more) {
        return execute("base.fvecs", "query.fvecs", "truth.ivecs", more);
    }

    private int execute(String base, String query, String truth, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--base", directory.resolve(base).toString(),
                "--query", directory.resolve(query).toString(),
                "--truth", directory.resolve(truth).toString(),
                "--seconds", "0"));
        if (!Arrays.asList(more).contains("--metric")) {
            arguments.addAll(List.of("--metric", "l2"));
        }
        arguments.addAll(List.of(more));
        return new CommandLine(new IndexBenchCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)))
                .execute(arguments.toArray(String[]::new));
    }

    private List<String[]> rows() {
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.getFirst()).isEqualTo(HEADER);
        return lines.stream().skip(1).map(line -> line.split(",")).toList();
    }

    private void writeFloats(String name, float[][] rows) throws IOException {
        ByteBuffer bytes = buffer(rows.length, 4 * rows[0].length);
        for (float[] row : rows) {
            bytes.putInt(row.length);
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        Files.write(directory.resolve(name), bytes.array());
    }

    private void writeBytes(String name, float[][] rows) throws IOException {
        ByteBuffer bytes = buffer(rows.length, rows[0].length);
        for (float[] row : rows) {
            bytes.putInt(row.length);
            for (float value : row) {
                bytes.put((byte) value);
            }
        }
        Files.write(directory.resolve(name), bytes.array());
    }

    private void writeInts(String name, int[][] rows) throws IOException {
        ByteBuffer bytes = buffer(rows.length, 4 * rows[0].length);
        for (int[] row : rows) {
            bytes.putInt(row.length);
            for (int value : row) {
                bytes.putInt(value);
            }
        }
        Files.write(directory.resolve(name), bytes.array());
    }

    private static ByteBuffer buffer(int rows, int rowBytes) {
        return ByteBuffer.allocate(rows * (4 + rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
