package org.elanus.plugin.apimilvus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.database.FixedColumn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InsertReaderTest {

    private static final int ROUNDS = 4_000;

    @Test
    void readsWhatTheGeneratedParserReads() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = request(random);
            compare(bytes, random, "seed " + seed + " round " + round);
        }
    }

    @Test
    void refusesWhatTheGeneratedParserRefuses() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = request(random);
            for (int damage = 1 + random.nextInt(3); damage > 0 && bytes.length > 0; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            refused += compare(bytes, random, "seed " + seed + " round " + round) ? 0 : 1;
        }
        assertThat(refused)
                .as("damaged messages that are refused, seed " + seed)
                .isPositive();
    }

    @Test
    void keepsLargeFloatsOutOfTheMessage() throws IOException {
        FloatArray.Builder floats = FloatArray.newBuilder();
        for (int i = 0; i < 10_000; i++) {
            floats.addData(i);
        }
        InsertRequest request = InsertRequest.newBuilder()
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName("v")
                        .setType(DataType.FloatVector)
                        .setVectors(VectorField.newBuilder().setDim(10).setFloatVector(floats)))
                .build();
        Received<InsertRequest> received =
                InsertReader.read(new Chunks(request.toByteArray(), 1_000, new Random(1)), InsertRequest.parser());
        assertThat(received.message().getFieldsData(0).getVectors().hasFloatVector())
                .isTrue();
        assertThat(received.message()
                        .getFieldsData(0)
                        .getVectors()
                        .getFloatVector()
                        .getDataCount())
                .isZero();
        MemorySegment segment = received.floats().of(0);
        assertThat(segment).isNotNull();
        assertThat(segment.byteSize()).isEqualTo(40_000);
        assertThat(segment.get(FixedColumn.FLOAT, 4L * 9_999)).isEqualTo(9_999f);
    }

    @Test
    void refusesALengthThatTheMessageDoesNotHave() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeUInt32NoTag(5 << 3 | 2);
        out.writeUInt32NoTag(Integer.MAX_VALUE);
        out.flush();
        assertThatThrownBy(() ->
                        InsertReader.read(new Chunks(bytes.toByteArray(), 3, new Random(1)), InsertRequest.parser()))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    /** Whether both accepted; fails when they differ. */
    private static boolean compare(byte[] bytes, Random random, String where) {
        InsertRequest expected = null;
        try {
            expected = InsertRequest.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            // refused
        }
        InputStream stream = random.nextInt(4) == 0
                ? new ByteArrayInputStream(bytes)
                : new Chunks(bytes, 1 + random.nextInt(64), random);
        Received<InsertRequest> received = null;
        try {
            received = InsertReader.read(stream, InsertRequest.parser());
        } catch (IOException e) {
            boolean overlong =
                    String.valueOf(e.getMessage()).contains("ten bytes"); // which the parser lets pass at times
            if (expected != null && !overlong) {
                throw new AssertionError(where + ": refused", e);
            }
            return false;
        }
        assertThat(expected).as(where + ": accepted what the parser refuses").isNotNull();
        assertThat(ByteString.copyFrom(whole(received).toByteArray()))
                .as(where)
                .isEqualTo(ByteString.copyFrom(expected.toByteArray()));
        return true;
    }

    /** The request with the floats put back. */
    private static InsertRequest whole(Received<InsertRequest> received) {
        InsertRequest.Builder builder = received.message().toBuilder();
        for (int i = 0; i < builder.getFieldsDataCount(); i++) {
            MemorySegment floats = received.floats().of(i);
            boolean present = builder.getFieldsData(i).hasVectors()
                    && builder.getFieldsData(i).getVectors().hasFloatVector();
            assertThat(floats != null || !present).isTrue();
            if (present && floats != null) {
                FloatArray.Builder array =
                        builder.getFieldsDataBuilder(i).getVectorsBuilder().getFloatVectorBuilder();
                for (long position = 0; position < floats.byteSize(); position += 4) {
                    array.addData(floats.get(FixedColumn.FLOAT, position));
                }
            }
        }
        return builder.build();
    }

    private static byte[] request(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int parts = random.nextInt(8); parts > 0; parts--) {
            switch (random.nextInt(6)) {
                case 0 -> out.writeString(3, "collection" + random.nextInt(3));
                case 1 -> out.writeUInt32(7, random.nextInt());
                case 2 -> out.writeUInt64(8, random.nextLong());
                case 3 -> unknown(out, random, 0);
                default -> out.writeByteArray(5, field(random));
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] field(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int parts = random.nextInt(6); parts > 0; parts--) {
            switch (random.nextInt(8)) {
                case 0 -> out.writeString(2, "field" + random.nextInt(3));
                case 1 -> out.writeEnum(1, random.nextInt(110));
                case 2 -> out.writeMessage(3, scalars(random));
                case 3 -> out.writeBool(7, random.nextBoolean());
                case 4 -> unknown(out, random, 0);
                case 5 -> out.writeUInt32(4, 7); // the right number with another wire type
                default -> out.writeByteArray(4, vectors(random));
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static ScalarField scalars(Random random) {
        return random.nextBoolean()
                ? ScalarField.newBuilder()
                        .setLongData(LongArray.newBuilder().addData(random.nextLong()))
                        .build()
                : ScalarField.newBuilder()
                        .setStringData(StringArray.newBuilder().addData("s" + random.nextInt()))
                        .build();
    }

    private static byte[] vectors(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int parts = random.nextInt(5); parts > 0; parts--) {
            switch (random.nextInt(7)) {
                case 0 -> out.writeInt64(1, random.nextInt(1_000));
                case 1 -> out.writeByteArray(3 + random.nextInt(3), new byte[random.nextInt(20)]);
                case 2 -> unknown(out, random, 0);
                default -> out.writeByteArray(2, floats(random));
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] floats(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int parts = random.nextInt(4); parts > 0; parts--) {
            switch (random.nextInt(4)) {
                case 0 -> out.writeFloat(1, random.nextFloat()); // unpacked
                case 1 -> unknown(out, random, 0);
                default -> {
                    byte[] packed = new byte[4 * random.nextInt(40)];
                    random.nextBytes(packed);
                    for (int i = 3; i < packed.length; i += 4) {
                        packed[i] &= 0x3f; // no NaN, whose bits a float may not keep
                    }
                    out.writeByteArray(1, packed);
                }
            }
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static void unknown(CodedOutputStream out, Random random, int depth) throws IOException {
        int number = 100 + random.nextInt(5);
        switch (random.nextInt(5)) {
            case 0 -> out.writeInt64(number, random.nextLong());
            case 1 -> out.writeFixed64(number, random.nextLong());
            case 2 -> out.writeFixed32(number, random.nextInt());
            case 3 -> out.writeByteArray(number, new byte[random.nextInt(30)]);
            default -> {
                out.writeTag(number, 3);
                if (depth < 3) {
                    unknown(out, random, depth + 1);
                }
                out.writeTag(number, 4);
            }
        }
    }

    /** A message in chunks, as it comes from the network. */
    private static final class Chunks extends InputStream implements HasByteBuffer, KnownLength {

        private final byte[] bytes;
        private final int largest;
        private final Random random;
        private int position;
        private int chunkEnd;

        Chunks(byte[] bytes, int largest, Random random) {
            this.bytes = bytes;
            this.largest = largest;
            this.random = random;
        }

        @Override
        public boolean byteBufferSupported() {
            return true;
        }

        @Override
        public @Nullable ByteBuffer getByteBuffer() {
            if (position >= bytes.length) {
                return null;
            }
            if (chunkEnd <= position) {
                chunkEnd = Math.min(bytes.length, position + 1 + random.nextInt(largest));
            }
            return ByteBuffer.wrap(bytes, position, chunkEnd - position).asReadOnlyBuffer();
        }

        @Override
        public long skip(long count) {
            long skipped = Math.min(count, bytes.length - position);
            position += (int) skipped;
            return skipped;
        }

        @Override
        public int available() {
            return bytes.length - position;
        }

        @Override
        public int read() {
            return position < bytes.length ? bytes[position++] & 0xff : -1;
        }
    }
}
