package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HnswEstimateTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "20000, 8, 16, COSINE",
        "6000, 8, 30, COSINE",
        "6000, 8, 4, L2",
        "3000, 8, 64, IP",
        "30000, 8, 2, L2",
        "3000, 100, 16, L2",
        "3000, 128, 30, COSINE",
        "2000, 300, 16, IP"
    })
    void theMemoryOfIndexAndBuildIsForeseen(int rows, int dimension, int m, MetricType metric) {
        Map<String, String> parameters = Map.of("M", Integer.toString(m), "efConstruction", "10");
        VectorSource source = TestVectors.clustered(rows, dimension, 10, rows).source(Arena.ofAuto());
        HnswBuilder builder = new HnswBuilder(metric, HnswParameters.of(parameters));
        try (TestFiles files = new TestFiles(directory)) {
            builder.build(source, files, Runnable::run, 1, Cancellation.NONE);
            try (VectorIndex index = TestIndex.TYPE.open(source, metric, parameters, files)) {
                assertThat(TestIndex.TYPE.estimateBytes(rows, dimension, DataType.FLOAT_VECTOR, parameters))
                        .isCloseTo(index.memoryBytes(), withinPercentage(10));
            }
        }
        assertThat(TestIndex.TYPE.estimateBuildBytes(rows, dimension, DataType.FLOAT_VECTOR, parameters))
                .isCloseTo(builder.peakBytes(), withinPercentage(10));
    }
}
