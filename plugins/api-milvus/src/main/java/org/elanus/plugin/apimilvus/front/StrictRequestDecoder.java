package org.elanus.plugin.apimilvus.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Decodes requests, refuses those whose end two parties could see at different places, and counts the bytes. */
final class StrictRequestDecoder extends HttpRequestDecoder {

    static final int LONGEST_LINE = 8 << 10;
    static final int LARGEST_HEADERS = 64 << 10;

    private long received;

    StrictRequestDecoder() {
        super(new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LARGEST_HEADERS));
    }

    /** Bytes since the connection began. */
    long received() {
        return received;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        super.channelRead(context, message);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
