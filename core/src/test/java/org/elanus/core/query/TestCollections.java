package org.elanus.core.query;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.database.VariableColumn;
import org.jspecify.annotations.Nullable;

/** Collections and exact answers for tests. */
final class TestCollections {

    private TestCollections() {}

    static FieldSchema dynamicField() {
        return new FieldSchema(
                0,
                FieldSchema.DYNAMIC_NAME,
                "",
                DataType.JSON,
                null,
                false,
                false,
                true,
                false,
                false,
                true,
                null,
                Map.of());
    }

    /** A collection without index, with partitions {@code _default} (1) and {@code two} (2). */
    static CollectionEntry entry(CollectionSchema schema) {
        return entry(schema, List.of());
    }

    static CollectionEntry entry(CollectionSchema schema, String field, MetricType metric) {
        return entry(schema, List.of(index(field, metric)));
    }

    static IndexDefinition index(String field, MetricType metric) {
        return new IndexDefinition(
                1, new IndexSpec(field, field, "HNSW", metric.name(), Map.of()), "HNSW", Map.of(), 1);
    }

    static CollectionEntry entry(CollectionSchema schema, List<IndexDefinition> indexes) {
        return new CollectionEntry(
                new CollectionInfo(
                        1,
                        "default",
                        "c",
                        schema,
                        1,
                        2,
                        Consistency.Level.STRONG,
                        Map.of(),
                        List.of(),
                        List.of(),
                        1,
                        1),
                1,
                List.of("p"),
                List.of(new PartitionInfo(1, "_default", 1, true), new PartitionInfo(2, "two", 1, true)),
                indexes,
                Set.of(1L, 2L),
                Set.of());
    }

    static float score(MetricType metric, Object left, Object right) {
        if (left instanceof byte[] a && right instanceof byte[] b) {
            int different = 0;
            int common = 0;
            int any = 0;
            for (int i = 0; i < a.length; i++) {
                different += Integer.bitCount((a[i] ^ b[i]) & 0xff);
                common += Integer.bitCount(a[i] & b[i] & 0xff);
                any += Integer.bitCount((a[i] | b[i]) & 0xff);
            }
            return metric == MetricType.HAMMING ? different : (float) (1 - (double) common / any);
        }
        float[] a = (float[]) left;
        float[] b = (float[]) right;
        double squares = 0;
        double product = 0;
        double normA = 0;
        double normB = 0;
        for (int i = 0; i < a.length; i++) {
            squares += (a[i] - b[i]) * (a[i] - b[i]);
            product += a[i] * b[i];
            normA += a[i] * a[i];
            normB += b[i] * b[i];
        }
        return (float)
                switch (metric) {
                    case L2 -> squares;
                    case IP -> product;
                    default -> normA == 0 || normB == 0 ? 0 : product / Math.sqrt(normA * normB);
                };
    }

    static Object vector(FixedColumn vectors, int row) {
        return vectors.type() == DataType.BINARY_VECTOR
                ? vectors.slice(row).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)
                : vectors.slice(row).toArray(FixedColumn.FLOAT);
    }

    /** A Long or String. */
    static @Nullable Object value(Column column, int row) {
        return column.isNull(row)
                ? null
                : column instanceof FixedColumn fixed ? fixed.getLong(row) : ((VariableColumn) column).getString(row);
    }
}
