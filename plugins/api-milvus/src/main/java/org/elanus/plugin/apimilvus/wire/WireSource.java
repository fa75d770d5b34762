package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one message, read once from front to back, chunk by chunk as they came from the network. One thread. Does
 * not close the stream.
 */
final class WireSource {

    private final InputStream stream;
    private final @Nullable HasByteBuffer chunks;
    private final long length;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private int chunkLength;
    private long position;

    WireSource(InputStream stream) throws IOException {
        this.stream = stream;
        if (stream instanceof HasByteBuffer buffers && buffers.byteBufferSupported() && stream instanceof KnownLength) {
            this.chunks = buffers;
            this.length = stream.available();
        } else {
            this.chunks = null;
            this.chunk = ByteBuffer.wrap(stream.readAllBytes());
            this.length = chunk.remaining();
        }
    }

    /** Of the whole message. */
    long length() {
        return length;
    }

    /** Bytes read so far. */
    long position() {
        return position;
    }

    /** The next field's tag. */
    int tag() throws IOException {
        int tag = (int) varint();
        if (tag >>> 3 == 0) {
            throw malformed("a tag is 0");
        }
        return tag;
    }

    long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = next();
            if (shift < 64) {
                value |= (next & 0x7fL) << shift;
            }
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("a number has more than ten bytes");
    }

    /** Reads a length and returns where what it measures ends. */
    long end(long limit) throws IOException {
        int size = (int) varint();
        if (size < 0 || size > limit - position) {
            throw malformed("a length reaches over the end");
        }
        return position + size;
    }

    void read(byte[] target, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            fill();
            int now = Math.min(count - done, chunk.remaining());
            chunk.get(target, offset + done, now);
            done += now;
        }
        position += count;
    }

    private byte next() throws IOException {
        fill();
        position++;
        return chunk.get();
    }

    private void fill() throws IOException {
        while (!chunk.hasRemaining()) {
            if (chunks == null || position >= length) {
                throw malformed("it ends too early");
            }
            for (long left = chunkLength; left > 0; ) {
                long skipped = stream.skip(left);
                if (skipped <= 0) {
                    throw malformed("it ends too early");
                }
                left -= skipped;
            }
            ByteBuffer next = chunks.getByteBuffer();
            if (next == null) {
                throw malformed("it ends too early");
            }
            chunk = next;
            chunkLength = next.remaining();
        }
    }

    static InvalidProtocolBufferException malformed(String why) {
        return new InvalidProtocolBufferException("the message is malformed: " + why);
    }

    /** Keeps what is not read apart, as a message of its own. */
    static final class Rest {

        private byte[] bytes = new byte[256];
        private int size;

        void varint(long value) {
            reserve(10);
            long left = value;
            while ((left & ~0x7fL) != 0) {
                bytes[size++] = (byte) (left | 0x80);
                left >>>= 7;
            }
            bytes[size++] = (byte) left;
        }

        void copy(WireSource source, int count) throws IOException {
            reserve(count);
            source.read(bytes, size, count);
            size += count;
        }

        void nested(int tag, Rest message) {
            varint(tag & 0xffffffffL);
            varint(message.size);
            reserve(message.size);
            System.arraycopy(message.bytes, 0, bytes, size, message.size);
            size += message.size;
        }

        CodedInputStream input() {
            return CodedInputStream.newInstance(bytes, 0, size);
        }

        private void reserve(int count) {
            if (bytes.length - size < count) {
                bytes = java.util.Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), (int)
                        Math.min(2L * size, Integer.MAX_VALUE - 8)));
            }
        }
    }
}
