package org.elanus.plugin.apimilvus.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.FieldData;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** The element types of a collection's array fields. */
final class ElementTypes {

    private ElementTypes() {}

    /**
     * Of rows that a client sends, by field; looked up only when there are arrays.
     *
     * @param schemaTimestamp the schema that the client knows, 0 for any
     * @throws ElanusException SCHEMA_MISMATCH when that is another one: then arrays that do not fit are no fault of the
     *     client, which reads the schema again and repeats
     */
    static Map<String, DataType> ofRows(
            Database database, CallContext context, String collection, List<FieldData> fields, long schemaTimestamp) {
        boolean arrays = false;
        for (FieldData field : fields) {
            arrays |= field.getType() == org.elanus.milvus.proto.DataType.Array;
        }
        if (!arrays) {
            return Map.of();
        }
        CollectionInfo info = database.collection(context, collection);
        if (schemaTimestamp != 0 && schemaTimestamp != info.updatedAt()) {
            throw new ElanusException(
                    StandardErrorCode.SCHEMA_MISMATCH,
                    "the schema of collection '" + collection + "' has changed; read it again");
        }
        Map<String, DataType> types = new HashMap<>();
        for (FieldSchema field : info.schema().fields()) {
            if (field.elementType() != null) {
                types.put(field.name(), field.elementType());
            }
        }
        return types;
    }
}
