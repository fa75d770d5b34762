package org.elanus.core.query;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The fields that an answer shall hold.
 *
 * @param names as asked for, with {@code *} resolved
 * @param fields those to fetch
 * @param dynamicKeys the keys that the dynamic field is cut down to; empty for all
 */
record OutputFields(List<String> names, List<FieldSchema> fields, Set<String> dynamicKeys) {

    static final String ALL = "*";

    /** @param withPrimaryKey adds the primary key though nobody asked for it */
    static OutputFields of(CollectionSchema schema, List<String> asked, boolean withPrimaryKey) {
        Set<String> names = new LinkedHashSet<>();
        Map<String, FieldSchema> fields = new LinkedHashMap<>();
        Set<String> keys = new TreeSet<>();
        if (withPrimaryKey) {
            names.add(schema.primaryKey().name());
            fields.put(schema.primaryKey().name(), schema.primaryKey());
        }
        for (String name : asked) {
            if (name.equals(ALL)) {
                for (FieldSchema field : schema.fields()) {
                    if (!field.parameters().containsKey(CollectionEntry.NOT_LOADED)) {
                        names.add(field.name());
                        fields.put(field.name(), field);
                    }
                }
                continue;
            }
            FieldSchema field = schema.find(name).orElse(null);
            if (field == null) {
                field = schema.find(FieldSchema.DYNAMIC_NAME)
                        .orElseThrow(() -> new ElanusException(
                                StandardErrorCode.FIELD_NOT_FOUND,
                                "field " + name + " not exist; fields are "
                                        + schema.fields().stream()
                                                .map(FieldSchema::name)
                                                .toList()));
                keys.add(dynamicKey(name));
            }
            CollectionEntry.requireLoaded(field);
            names.add(name);
            fields.put(field.name(), field);
        }
        if (names.contains(FieldSchema.DYNAMIC_NAME)) {
            keys.clear();
        }
        return new OutputFields(List.copyOf(names), List.copyOf(fields.values()), keys);
    }

    /** The key in {@code $meta["key"]}, or the name itself. */
    private static String dynamicKey(String name) {
        String prefix = FieldSchema.DYNAMIC_NAME + "[";
        if (name.startsWith(prefix) && name.endsWith("]") && name.length() > prefix.length() + 2) {
            return name.substring(prefix.length() + 1, name.length() - 2);
        }
        return name;
    }

    ColumnBatch fetch(RowSpace space, long[] rows, CallGuard guard) {
        Gathering gathering = new Gathering(space, rows, guard);
        Map<String, Column> columns = new LinkedHashMap<>();
        for (FieldSchema field : fields) {
            Column column = gathering.column(field);
            if (field.dynamic() && !dynamicKeys.isEmpty()) {
                column = DynamicKeys.keep((VariableColumn) column, dynamicKeys);
            }
            columns.put(field.name(), column);
        }
        return new ColumnBatch(rows.length, columns);
    }
}
