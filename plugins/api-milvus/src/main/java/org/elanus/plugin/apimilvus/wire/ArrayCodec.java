package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.BoolArray;
import org.elanus.milvus.proto.DoubleArray;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.StringArray;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.DataType;
import org.elanus.spi.error.ElanusException;

/** Values of ARRAY fields. */
final class ArrayCodec {

    private ArrayCodec() {}

    /**
     * One encoded value for each array, see {@link ArrayValues}. The element type in the message does not count, as in
     * Milvus: pymilvus leaves it out, and an INT_DATA alone does not tell INT8 from INT32.
     *
     * @param element of the field in the collection's schema
     */
    static List<ByteString> decode(String name, DataType element, ArrayArray arrays) {
        List<ByteString> values = new ArrayList<>(arrays.getDataCount());
        for (ScalarField array : arrays.getDataList()) {
            values.add(UnsafeByteOperations.unsafeWrap(decode(name, element, array)));
        }
        return values;
    }

    private static byte[] decode(String name, DataType element, ScalarField array) {
        if (array.getDataCase() == ScalarField.DataCase.DATA_NOT_SET) {
            return element == DataType.VARCHAR ? ArrayValues.ofStrings(List.of()) : new byte[0];
        }
        ScalarField.DataCase expected = switch (element) {
            case BOOL -> ScalarField.DataCase.BOOL_DATA;
            case INT8, INT16, INT32 -> ScalarField.DataCase.INT_DATA;
            case INT64 -> ScalarField.DataCase.LONG_DATA;
            case FLOAT -> ScalarField.DataCase.FLOAT_DATA;
            case DOUBLE -> ScalarField.DataCase.DOUBLE_DATA;
            case VARCHAR -> ScalarField.DataCase.STRING_DATA;
            default ->
                throw ElanusException.invalid("elements of array field '%s' cannot be of type %s", name, element);
        };
        if (array.getDataCase() != expected) {
            throw ElanusException.invalid(
                    "array field '%s' has elements of type %s, which must come as %s, not as %s",
                    name,
                    element,
                    expected.name().toLowerCase(Locale.ROOT),
                    array.getDataCase().name().toLowerCase(Locale.ROOT));
        }
        return switch (element) {
            case VARCHAR -> ArrayValues.ofStrings(array.getStringData().getDataList());
            case FLOAT -> {
                double[] values = new double[array.getFloatData().getDataCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array.getFloatData().getData(i);
                }
                yield ArrayValues.ofDoubles(element, values);
            }
            case DOUBLE -> {
                double[] values = new double[array.getDoubleData().getDataCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array.getDoubleData().getData(i);
                }
                yield ArrayValues.ofDoubles(element, values);
            }
            case INT64 -> {
                long[] values = new long[array.getLongData().getDataCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array.getLongData().getData(i);
                }
                yield ArrayValues.ofLongs(element, values);
            }
            case BOOL -> {
                long[] values = new long[array.getBoolData().getDataCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array.getBoolData().getData(i) ? 1 : 0;
                }
                yield ArrayValues.ofLongs(element, values);
            }
            default -> {
                long[] values = new long[array.getIntData().getDataCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = FieldDataDecoder.inRange(
                            name, element, array.getIntData().getData(i));
                }
                yield ArrayValues.ofLongs(element, values);
            }
        };
    }

    /** One array. */
    static ScalarField encode(DataType element, MemorySegment value) {
        ScalarField.Builder wire = ScalarField.newBuilder();
        int count = ArrayValues.count(element, value);
        switch (element) {
            case BOOL -> {
                BoolArray.Builder data = BoolArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData(ArrayValues.getLong(element, value, i) != 0);
                }
                wire.setBoolData(data);
            }
            case INT8, INT16, INT32 -> {
                IntArray.Builder data = IntArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData((int) ArrayValues.getLong(element, value, i));
                }
                wire.setIntData(data);
            }
            case INT64 -> {
                LongArray.Builder data = LongArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData(ArrayValues.getLong(element, value, i));
                }
                wire.setLongData(data);
            }
            case FLOAT -> {
                FloatArray.Builder data = FloatArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData((float) ArrayValues.getDouble(element, value, i));
                }
                wire.setFloatData(data);
            }
            case DOUBLE -> {
                DoubleArray.Builder data = DoubleArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData(ArrayValues.getDouble(element, value, i));
                }
                wire.setDoubleData(data);
            }
            case VARCHAR -> {
                StringArray.Builder data = StringArray.newBuilder();
                for (int i = 0; i < count; i++) {
                    data.addData(ArrayValues.getString(value, i));
                }
                wire.setStringData(data);
            }
            default -> throw new IllegalStateException("arrays of " + element + " do not exist");
        }
        return wire.build();
    }
}
