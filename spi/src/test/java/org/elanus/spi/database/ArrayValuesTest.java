package org.elanus.spi.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
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

    private static boolean isWellFormed(DataType type, byte[] value) {
        byte[] among = new byte[value.length + 6];
        java.util.Arrays.fill(among, (byte) 0x7f);
        System.arraycopy(value, 0, among, 3, value.length);
        return ArrayValues.isWellFormed(type, MemorySegment.ofArray(among), 3, value.length);
    }

    @Test
    void bytesOfOtherElementsAreNoTexts() {
        assertThat(isWellFormed(DataType.VARCHAR, ArrayValues.ofStrings(List.of("", "é", "abc"))))
                .isTrue();
        assertThat(isWellFormed(DataType.VARCHAR, ArrayValues.ofStrings(List.of())))
                .isTrue();
        assertThat(isWellFormed(DataType.VARCHAR, new byte[0])).isTrue();
        for (byte[] wrong : List.of(
                new byte[3],
                new byte[7],
                new byte[12],
                ArrayValues.ofLongs(DataType.INT32, 1, 1_000_000),
                ArrayValues.ofLongs(DataType.INT32, 1, 0, 1_000_000),
                ArrayValues.ofLongs(DataType.INT32, 1, 0, -1),
                ArrayValues.ofLongs(DataType.INT32, 1, 4, 4, 0),
                ArrayValues.ofLongs(DataType.INT32, 2, 0, 4, 0, 0),
                ArrayValues.ofLongs(DataType.INT32, -1, 0),
                ArrayValues.ofLongs(DataType.INT32, Integer.MAX_VALUE, 0))) {
            assertThat(isWellFormed(DataType.VARCHAR, wrong)).isFalse();
        }
        assertThat(isWellFormed(DataType.INT32, new byte[8])).isTrue();
        assertThat(isWellFormed(DataType.INT32, new byte[7])).isFalse();
        assertThat(isWellFormed(DataType.BOOL, new byte[] {0, 1})).isTrue();
        assertThat(isWellFormed(DataType.BOOL, new byte[] {0, 2})).isFalse();
    }

    @Test
    void damagedValuesAreNamedSo() {
        MemorySegment cut = MemorySegment.ofArray(ArrayValues.ofLongs(DataType.INT32, 1, 1_000_000));
        MemorySegment beyond = MemorySegment.ofArray(ArrayValues.ofLongs(DataType.INT32, 1, 0, 1_000_000));
        assertThatThrownBy(() -> ArrayValues.count(DataType.VARCHAR, cut)).satisfies(ArrayValuesTest::isCorrupt);
        assertThatThrownBy(() -> ArrayValues.getString(beyond, 0)).satisfies(ArrayValuesTest::isCorrupt);
        assertThatThrownBy(() -> ArrayValues.count(DataType.INT64, beyond)).satisfies(ArrayValuesTest::isCorrupt);
    }

    private static void isCorrupt(Throwable thrown) {
        assertThat(thrown).isInstanceOf(ElanusException.class);
        assertThat(((ElanusException) thrown).code()).isEqualTo(StandardErrorCode.CORRUPT);
    }
}
