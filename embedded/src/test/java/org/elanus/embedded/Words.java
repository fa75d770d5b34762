package org.elanus.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.SearchRequest;

/** A small collection that tests fill and search. */
final class Words {

    static final CallContext CONTEXT = CallContext.of(Principal.ANONYMOUS);
    static final int DIMENSION = 16;

    private Words() {}

    static void create(Database database) {
        database.createCollection(
                CONTEXT,
                CollectionSpec.of(
                        "words",
                        new CollectionSchema(
                                "",
                                List.of(
                                        FieldSchema.primaryKey("id", DataType.INT64, false),
                                        FieldSchema.vector("vector", DataType.FLOAT_VECTOR, DIMENSION)),
                                false)));
        database.createIndex(CONTEXT, "words", new IndexSpec("vector", "", "HNSW", "L2", Map.of()));
        database.load(CONTEXT, "words", List.of());
    }

    static void insert(Database database, int firstKey, int rows) {
        insert(database, CONTEXT, firstKey, rows);
    }

    static void insert(Database database, CallContext context, int firstKey, int rows) {
        Map<String, Column> columns = new LinkedHashMap<>();
        long[] keys = new long[rows];
        float[] vectors = new float[rows * DIMENSION];
        for (int i = 0; i < rows; i++) {
            keys[i] = firstKey + i;
            System.arraycopy(vector(firstKey + i), 0, vectors, i * DIMENSION, DIMENSION);
        }
        columns.put("id", Columns.longs(keys));
        columns.put("vector", Columns.floatVectors(DIMENSION, vectors));
        database.insert(context, new InsertRequest("words", "", new ColumnBatch(rows, columns), 0));
    }

    static long nearest(Database database, int key) {
        var found = database.search(
                CONTEXT,
                SearchRequest.of("words", Columns.floatVectors(DIMENSION, vector(key)), 1)
                        .withConsistency(Consistency.STRONG));
        return ((FixedColumn) found.keys()).getLong(0);
    }

    /** The same for the same key. */
    private static float[] vector(int key) {
        Random random = new Random(key);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = random.nextFloat();
        }
        return vector;
    }
}
