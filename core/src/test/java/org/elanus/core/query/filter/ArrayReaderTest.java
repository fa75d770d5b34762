package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

class ArrayReaderTest {

    private static void refuses(DataType element, byte[] stored) {
        FieldSchema field = new FieldSchema(
                100, "tags", "", DataType.ARRAY, element, false, false, true, false, false, false, null, Map.of());
        ArrayReader reader = new ArrayReader(Columns.bytes(DataType.ARRAY, List.of(stored)), field, 0);
        assertThatThrownBy(() -> reader.load(0, new DynamicValue()))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContainingAll("'tags'", element.name());
        assertThatThrownBy(() -> reader.load(0, new Elements()))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
    }

    @Test
    void storedBytesThatAreNoArrayAreNamedCorrupt() {
        refuses(DataType.VARCHAR, ArrayValues.ofLongs(DataType.INT32, 1, 1_000_000));
        refuses(DataType.VARCHAR, ArrayValues.ofLongs(DataType.INT32, 1, 0, 1_000_000));
        refuses(DataType.VARCHAR, ArrayValues.ofLongs(DataType.INT32, 1, 8, 4));
        refuses(DataType.INT64, new byte[12]);
    }
}
