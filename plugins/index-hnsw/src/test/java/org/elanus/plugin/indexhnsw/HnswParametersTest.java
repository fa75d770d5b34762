package org.elanus.plugin.indexhnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexParameter;
import org.junit.jupiter.api.Test;

class HnswParametersTest {

    @Test
    void aPoolSmallerThanTheHitsIsRefused() {
        assertInvalid(() -> HnswParameters.ef(Map.of("ef", "9"), 10), "ef (9) must not be smaller than k (10)");
        assertThat(HnswParameters.ef(Map.of("ef", "10"), 10)).isEqualTo(10);
    }

    @Test
    void thePoolGrowsWithTheHitsUnlessItIsGiven() {
        assertThat(HnswParameters.ef(Map.of(), 10)).isEqualTo(64);
        assertThat(HnswParameters.ef(Map.of(), 16_384)).isEqualTo(16_384);
    }

    @Test
    void valuesOutOfRangeAreRefusedWithTheRange() {
        assertInvalid(() -> TestIndex.TYPE.builder(MetricType.L2, Map.of("M", "1")), "M is from 2 to 2048, not 1");
        assertInvalid(() -> TestIndex.TYPE.builder(MetricType.L2, Map.of("M", "2049")), "M is from 2 to 2048");
        assertInvalid(
                () -> TestIndex.TYPE.builder(MetricType.L2, Map.of("efConstruction", "0")), "efConstruction is from 1");
        assertInvalid(() -> TestIndex.TYPE.builder(MetricType.L2, Map.of("M", "many")), "'many'");
        assertInvalid(() -> HnswParameters.ef(Map.of("ef", "32769"), 10), "ef is from 1 to 32768, not 32769");
        assertInvalid(() -> HnswParameters.ef(Map.of(), 0), "k is 1 or more");
    }

    @Test
    void theDeclaredDefaultsAreTheOnesUsed() {
        HnswParameters parameters = HnswParameters.of(Map.of());
        assertThat(TestIndex.TYPE.buildParameters())
                .extracting(IndexParameter::name, IndexParameter::defaultValue)
                .containsExactly(
                        Tuple.tuple("M", Integer.toString(parameters.m())),
                        Tuple.tuple("efConstruction", Integer.toString(parameters.efConstruction())),
                        Tuple.tuple("codes", "auto"));
        assertThat(parameters).isEqualTo(new HnswParameters(30, 360, null));
        assertInvalid(() -> HnswParameters.of(Map.of("codes", "3")), "codes is one of auto, none, fused, not '3'");
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }
}
