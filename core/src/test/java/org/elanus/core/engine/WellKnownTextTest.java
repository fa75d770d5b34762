package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WellKnownTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POINT (1 2)",
                "point(-1.5e3 2)",
                "POINT Z (1 2 3)",
                "POINT EMPTY",
                "LINESTRING (0 0, 1 1, 2 2)",
                "POLYGON ((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1))",
                "MULTIPOINT ((1 2), (3 4))",
                "MULTIPOINT (1 2, 3 4)",
                "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
                "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))"
            })
    void shapesAreAccepted(String text) {
        assertThat(WellKnownText.fault(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "POINT",
                "POINT (1)",
                "POINT (1 2",
                "POINT (1 2) more",
                "POINT (1 NaN)",
                "POINT (1 1e999)",
                "CIRCLE (1 2)",
                "GEOMETRYCOLLECTION (1 2)",
                "LINESTRING (0 0,)"
            })
    void everythingElseIsRefused(String text) {
        assertThat(WellKnownText.fault(text)).contains("well-known text");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100_000})
    void deepNestingIsRefused(int depth) {
        assertThat(WellKnownText.fault("GEOMETRYCOLLECTION (".repeat(depth))).isNotNull();
        assertThat(WellKnownText.fault("POLYGON " + "(".repeat(depth))).isNotNull();
    }
}
