package org.elanus.plugin.apimilvus.wire;

import org.elanus.spi.database.DataType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Data types of the protocol and of the database; their numbers are the same. */
final class Types {

    private Types() {}

    /** @param number as it came, known to the protocol or not */
    static DataType ofWire(String field, int number) {
        for (DataType type : DataType.values()) {
            if (type.number() == number) {
                return type;
            }
        }
        org.elanus.milvus.proto.DataType wire = org.elanus.milvus.proto.DataType.forNumber(number);
        if (wire == null || wire == org.elanus.milvus.proto.DataType.None) {
            throw ElanusException.invalid("data type %d of field '%s' is unknown", number, field);
        }
        throw new ElanusException(
                StandardErrorCode.UNSUPPORTED, "data type " + wire + " of field '" + field + "' is not supported");
    }

    static org.elanus.milvus.proto.DataType toWire(DataType type) {
        org.elanus.milvus.proto.DataType wire = org.elanus.milvus.proto.DataType.forNumber(type.number());
        if (wire == null) {
            throw new IllegalStateException(type + " has no number in the protocol");
        }
        return wire;
    }
}
