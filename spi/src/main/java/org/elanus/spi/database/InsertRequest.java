package org.elanus.spi.database;

/**
 * Rows to insert or upsert.
 *
 * @param partition empty for the default one
 * @param rows columns by field name; what the schema does not name goes as JSON objects into the column
 *     {@link FieldSchema#DYNAMIC_NAME}
 * @param schemaTimestamp the {@link CollectionInfo#updatedAt()} that the caller knows; 0 for no check
 */
public record InsertRequest(String collection, String partition, ColumnBatch rows, long schemaTimestamp) {}
