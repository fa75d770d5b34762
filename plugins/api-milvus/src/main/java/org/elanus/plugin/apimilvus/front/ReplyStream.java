package org.elanus.plugin.apimilvus.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.runtime.Clock;

/**
 * Writes one answer. Holds at most a piece of it: when the client reads slowly the writer waits, and when it reads
 * nothing for long the connection is closed. Used by one thread, woken by the I/O thread.
 */
final class ReplyStream extends OutputStream {

    private static final int PIECE = 64 << 10;
    private static final int FIRST = 1 << 10;

    /** How long a client may take nothing of an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Channel channel;
    private final Clock clock;
    private final boolean http10;
    private final boolean keepAlive;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private HttpResponseStatus status = HttpResponseStatus.OK;
    private String type = "";
    private byte[] piece = new byte[FIRST];
    private int size;
    private boolean begun;
    private boolean streaming;
    private boolean ended;

    ReplyStream(Channel channel, Clock clock, boolean http10, boolean keepAlive) {
        this.channel = channel;
        this.clock = clock;
        this.http10 = http10;
        this.keepAlive = keepAlive;
    }

    void begin(int code, String contentType) {
        status = HttpResponseStatus.valueOf(code);
        type = contentType;
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    boolean ended() {
        return ended;
    }

    /** Whether the connection serves another request afterwards. */
    boolean keepsAlive() {
        return keepAlive && !(streaming && http10);
    }

    /** The I/O thread has sent something, or the client has gone. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int position = from;
        int left = count;
        while (left > 0) {
            if (size == PIECE) {
                send();
            }
            int now = Math.min(left, PIECE - size);
            if (piece.length < size + now) {
                piece = Arrays.copyOf(piece, Math.min(PIECE, Math.max(size + now, 2 * piece.length)));
            }
            System.arraycopy(bytes, position, piece, size, now);
            size += now;
            position += now;
            left -= now;
        }
    }

    private void send() throws IOException {
        if (!streaming) {
            streaming = true;
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
            if (!http10) {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
            channel.write(described(head));
        }
        awaitRoom();
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(piece, 0, size)));
        size = 0;
    }

    private HttpResponse described(HttpResponse head) {
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        if (!keepsAlive()) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return head;
    }

    private void awaitRoom() throws IOException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            long pending = Long.MAX_VALUE;
            while (channel.isActive() && !channel.isWritable()) {
                if (left <= 0) {
                    long now = channel.bytesBeforeWritable();
                    if (now >= pending) {
                        channel.close();
                        break;
                    }
                    pending = now;
                    left = PATIENCE.toNanos();
                }
                left = clock.await(changed, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a client read slowly", e);
        } finally {
            lock.unlock();
        }
        if (!channel.isActive()) {
            throw new IOException("the client has gone");
        }
    }

    /** Ends the answer. */
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        if (streaming && size > 0) {
            send();
        }
        ended = true;
        if (streaming) {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(done());
            return;
        }
        ByteBuf body = Unpooled.wrappedBuffer(piece, 0, size);
        DefaultFullHttpResponse whole = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        whole.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, size);
        described(whole);
        channel.writeAndFlush(whole).addListener(done());
    }

    private ChannelFutureListener done() {
        return keepsAlive() ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE;
    }
}
