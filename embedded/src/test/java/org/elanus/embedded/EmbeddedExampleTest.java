package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.database.VariableColumn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/embedding.md. */
class EmbeddedExampleTest {

    @TempDir
    private Path directory;

    @Test
    void rowsAreFoundAlsoAfterClosingAndOpeningAgain() {
        CallContext context = CallContext.of(Principal.ANONYMOUS);

        try (EmbeddedDatabase database =
                Elanus.embedded().dataDirectory(directory).open()) {
            database.createCollection(
                    context,
                    CollectionSpec.of(
                            "books",
                            new CollectionSchema(
                                    "",
                                    List.of(
                                            FieldSchema.primaryKey("id", DataType.INT64, false),
                                            FieldSchema.varchar("title", 200),
                                            FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 4)),
                                    false)));
            database.createIndex(
                    context,
                    "books",
                    new IndexSpec("vector", "", "HNSW", "COSINE", Map.of("M", "16", "efConstruction", "200")));
            database.load(context, "books", List.of());

            Map<String, Column> columns = new LinkedHashMap<>();
            columns.put("id", Columns.longs(1, 2));
            columns.put("title", Columns.varchars("Effective Java", "Concurrency in Practice"));
            columns.put("vector", Columns.floatVectors(4, 0.1f, 0.2f, 0.3f, 0.4f, 0.9f, 0.1f, 0.1f, 0.2f));
            database.insert(context, new InsertRequest("books", "", new ColumnBatch(2, columns), 0));

            assertNearest(database, context);
        }

        try (EmbeddedDatabase database =
                Elanus.embedded().dataDirectory(directory).open()) {
            assertNearest(database, context);
            assertThat(database.dataDirectory()).isEqualTo(directory.toAbsolutePath());
        }
    }

    private static void assertNearest(EmbeddedDatabase database, CallContext context) {
        SearchResult found = database.search(
                context,
                SearchRequest.of("books", Columns.floatVectors(4, 0.1f, 0.2f, 0.3f, 0.4f), 1)
                        .withOutputFields(List.of("title"))
                        .withConsistency(Consistency.STRONG));

        assertThat(((FixedColumn) found.keys()).getLong(0)).isEqualTo(1);
        assertThat(found.scores()[0]).isGreaterThan(0.999f);
        assertThat(found.rows().column("title"))
                .isInstanceOfSatisfying(
                        VariableColumn.class,
                        title -> assertThat(title.getString(0)).isEqualTo("Effective Java"));
    }
}
