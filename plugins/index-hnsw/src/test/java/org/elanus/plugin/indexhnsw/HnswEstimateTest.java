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
    @CsvSource({"20000, 16, COSINE", "6000, 30, COSINE", "6000, 4, L2", "3000, 64, IP", "30000, 2, L2"})
    void theMemoryOfIndexAndBuildIsForeseen(int rows, int m, MetricType metric) {
        Map<String, String> parameters = Map.of("M", Integer.toString(m), "efConstruction", "10");
        VectorSource source = TestVectors.clustered(rows, 8, 10, rows).source(Arena.ofAuto());
        HnswBuilder builder = new HnswBuilder(metric, HnswParameters.of(parameters));
        try (TestFiles files = new TestFiles(directory)) {
            builder.build(source, files, Runnable::run, 1, Cancellation.NONE);
            try (VectorIndex index = TestIndex.TYPE.open(source, metric, parameters, files)) {
                assertThat(TestIndex.TYPE.estimateBytes(rows, 8, DataType.FLOAT_VECTOR, parameters))
                        .isCloseTo(index.memoryBytes(), withinPercentage(10));
            }
        }
        assertThat(TestIndex.TYPE.estimateBuildBytes(rows, 8, DataType.FLOAT_VECTOR, parameters))
                .isCloseTo(builder.peakBytes(), withinPercentage(10));
    }
}
