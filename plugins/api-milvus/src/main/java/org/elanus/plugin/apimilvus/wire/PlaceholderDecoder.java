package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** The query vectors of a search. */
public final class PlaceholderDecoder {

    private static final int MOST_QUERIES = 16_384;

    private PlaceholderDecoder() {}

    /** @param queries as the request says; 0 when it does not */
    public static Column decode(ByteString bytes, long queries) {
        PlaceholderGroup group;
        try {
            group = PlaceholderGroup.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "placeholder_group is not a serialized PlaceholderGroup", e);
        }
        if (group.getPlaceholdersCount() != 1) {
            throw ElanusException.invalid(
                    "placeholder_group must hold one placeholder, not %d", group.getPlaceholdersCount());
        }
        PlaceholderValue value = group.getPlaceholders(0);
        DataType type = type(value);
        List<ByteString> vectors = value.getValuesList();
        if (vectors.isEmpty() || vectors.size() > MOST_QUERIES) {
            throw ElanusException.invalid(
                    "nq (number of search vector per search request) [%d] is invalid, it should be in range [1, %d]",
                    vectors.size(), MOST_QUERIES);
        }
        if (queries != 0 && queries != vectors.size()) {
            throw ElanusException.invalid("nq is %d, but there are %d query vectors", queries, vectors.size());
        }
        if (type == DataType.SPARSE_FLOAT_VECTOR) {
            List<byte[]> contents = vectors.stream().map(ByteString::toByteArray).toList();
            return Columns.bytes(type, contents);
        }
        int width = vectors.getFirst().size();
        int unit = type == DataType.FLOAT_VECTOR ? 4 : type.vectorBytes(8) / 8;
        if (width == 0 || (unit > 1 && width % unit != 0)) {
            throw ElanusException.invalid("a query vector of type %s cannot have %d bytes", type, width);
        }
        if ((long) width * vectors.size() > Integer.MAX_VALUE - 8) {
            throw ElanusException.invalid("%d query vectors of %d bytes are too many", vectors.size(), width);
        }
        byte[] data = new byte[width * vectors.size()];
        for (int row = 0; row < vectors.size(); row++) {
            ByteString vector = vectors.get(row);
            if (vector.size() != width) {
                throw ElanusException.invalid(
                        "query vector %d has %d bytes, but the first one has %d", row, vector.size(), width);
            }
            vector.copyTo(data, row * width);
        }
        return new FixedColumn(type, vectors.size(), width, MemorySegment.ofArray(data), null);
    }

    private static DataType type(PlaceholderValue value) {
        return switch (value.getType()) {
            case FloatVector -> DataType.FLOAT_VECTOR;
            case BinaryVector -> DataType.BINARY_VECTOR;
            case Float16Vector -> DataType.FLOAT16_VECTOR;
            case BFloat16Vector -> DataType.BFLOAT16_VECTOR;
            case Int8Vector -> DataType.INT8_VECTOR;
            case SparseFloatVector -> DataType.SPARSE_FLOAT_VECTOR;
            case None, UNRECOGNIZED ->
                throw ElanusException.invalid("placeholder type %d is unknown", value.getTypeValue());
            case VarChar,
                    Int64,
                    EmbListBinaryVector,
                    EmbListFloatVector,
                    EmbListFloat16Vector,
                    EmbListBFloat16Vector,
                    EmbListSparseFloatVector,
                    EmbListInt8Vector -> throw unsupported(value.getType());
        };
    }

    private static ElanusException unsupported(PlaceholderType type) {
        return new ElanusException(
                StandardErrorCode.UNSUPPORTED, "searching with " + type + " is not supported; vectors are");
    }
}
