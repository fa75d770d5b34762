package org.elanus.spi.database;

import java.util.List;
import java.util.Optional;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The fields of a collection. A validated schema of an existing collection has ids and, when dynamic, the field
 * {@link FieldSchema#DYNAMIC_NAME} as its last.
 */
public record CollectionSchema(String description, List<FieldSchema> fields, boolean dynamicField) {

    public CollectionSchema {
        fields = List.copyOf(fields);
    }

    /** The primary key; a validated schema has exactly one. */
    public FieldSchema primaryKey() {
        for (FieldSchema field : fields) {
            if (field.primaryKey()) {
                return field;
            }
        }
        throw new ElanusException(StandardErrorCode.ILLEGAL_SCHEMA, "the schema has no primary key");
    }

    /** The field whose values decide in which partition a row lies; empty when partitions are named. */
    public Optional<FieldSchema> partitionKey() {
        return fields.stream().filter(FieldSchema::partitionKey).findFirst();
    }

    public Optional<FieldSchema> find(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** @throws ElanusException FIELD_NOT_FOUND listing the fields that there are */
    public FieldSchema field(String name) {
        return find(name)
                .orElseThrow(() -> new ElanusException(
                        StandardErrorCode.FIELD_NOT_FOUND,
                        "field '" + name + "' does not exist; fields are "
                                + fields.stream().map(FieldSchema::name).toList()));
    }

    public List<FieldSchema> vectorFields() {
        return fields.stream().filter(field -> field.type().isVector()).toList();
    }
}
