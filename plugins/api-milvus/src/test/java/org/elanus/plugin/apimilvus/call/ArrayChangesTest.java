package org.elanus.plugin.apimilvus.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.DataType;
import org.junit.jupiter.api.Test;

class ArrayChangesTest {

    @Test
    void appendsElementsAtTheEnd() {
        assertThat(ArrayChanges.append(
                        DataType.INT16,
                        ArrayValues.ofLongs(DataType.INT16, 1, 2),
                        ArrayValues.ofLongs(DataType.INT16, 3)))
                .isEqualTo(ArrayValues.ofLongs(DataType.INT16, 1, 2, 3));
        assertThat(ArrayChanges.append(
                        DataType.VARCHAR, ArrayValues.ofStrings(List.of("a")), ArrayValues.ofStrings(List.of("", "b"))))
                .isEqualTo(ArrayValues.ofStrings(List.of("a", "", "b")));
        assertThat(ArrayChanges.append(DataType.INT64, null, ArrayValues.ofLongs(DataType.INT64, 5)))
                .isEqualTo(ArrayValues.ofLongs(DataType.INT64, 5));
    }

    @Test
    void removesEveryOccurrence() {
        assertThat(ArrayChanges.remove(
                        DataType.INT32,
                        ArrayValues.ofLongs(DataType.INT32, 1, 2, 1, 3),
                        ArrayValues.ofLongs(DataType.INT32, 1, 7)))
                .isEqualTo(ArrayValues.ofLongs(DataType.INT32, 2, 3));
        assertThat(ArrayChanges.remove(
                        DataType.VARCHAR,
                        ArrayValues.ofStrings(List.of("a", "b", "a")),
                        ArrayValues.ofStrings(List.of("a"))))
                .isEqualTo(ArrayValues.ofStrings(List.of("b")));
        assertThat(ArrayChanges.remove(DataType.DOUBLE, null, ArrayValues.ofDoubles(DataType.DOUBLE, 1)))
                .isEmpty();
    }
}
