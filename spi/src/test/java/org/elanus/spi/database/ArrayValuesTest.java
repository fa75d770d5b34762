package org.elanus.spi.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArrayValuesTest {

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT8", "INT16", "INT32", "INT64"})
    void integersComeBack(DataType type) {
        MemorySegment value = MemorySegment.ofArray(ArrayValues.ofLongs(type, -3, 0, 127));
        assertThat(ArrayValues.count(type, value)).isEqualTo(3);
        assertThat(ArrayValues.getLong(type, value, 0)).isEqualTo(-3);
        assertThat(ArrayValues.getDouble(type, value, 2)).isEqualTo(127.0);
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void floatsComeBack(DataType type) {
        MemorySegment value = MemorySegment.ofArray(ArrayValues.ofDoubles(type, 0.5, -2));
        assertThat(ArrayValues.count(type, value)).isEqualTo(2);
        assertThat(ArrayValues.getDouble(type, value, 0)).isEqualTo(0.5);
        assertThat(ArrayValues.getDouble(type, value, 1)).isEqualTo(-2);
    }

    @Test
    void boolsAreZeroOrOne() {
        assertThat(ArrayValues.ofLongs(DataType.BOOL, 7, 0)).containsExactly(1, 0);
    }

    @Test
    void stringsComeBackWithEmptyOnes() {
        MemorySegment value = MemorySegment.ofArray(ArrayValues.ofStrings(List.of("", "é", "abc", "")));
        assertThat(ArrayValues.count(DataType.VARCHAR, value)).isEqualTo(4);
        assertThat(ArrayValues.getString(value, 0)).isEmpty();
        assertThat(ArrayValues.getString(value, 1)).isEqualTo("é");
        assertThat(ArrayValues.getString(value, 2)).isEqualTo("abc");
        assertThat(ArrayValues.getString(value, 3)).isEmpty();
    }

    @Test
    void emptyArraysHaveNoElements() {
        assertThat(ArrayValues.count(DataType.VARCHAR, MemorySegment.ofArray(new byte[0])))
                .isZero();
        assertThat(ArrayValues.count(DataType.VARCHAR, MemorySegment.ofArray(ArrayValues.ofStrings(List.of()))))
                .isZero();
        assertThat(ArrayValues.count(DataType.INT64, MemorySegment.ofArray(new byte[0])))
                .isZero();
    }
}
