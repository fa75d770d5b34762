package org.elanus.plugin.apimilvus.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the first bytes of a connection: {@code PRI} opens HTTP/2, which is gRPC; everything else is HTTP/1.1. Then
 * it leaves the pipeline, and what it has read goes to the handlers that it put in its place.
 */
final class ProtocolSniffer extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(ProtocolSniffer.class);

    /** No request of HTTP/1.1 is shorter. */
    private static final int ENOUGH = 5;

    private static final int TLS_HANDSHAKE = 0x16;

    /** How long a connection may keep silent before its first bytes. */
    private static final long PATIENCE_SECONDS = 20;

    /** Whom connections are handed to. */
    record Protocols(AdoptedServerChannel grpc, HttpRequests http) {}

    private final Protocols protocols;
    private @Nullable ScheduledFuture<?> patience;

    ProtocolSniffer(Protocols protocols) {
        this.protocols = protocols;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        patience = context.executor()
                .schedule(
                        () -> {
                            LOG.debug("{} said nothing", context.channel());
                            context.close();
                        },
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (patience != null) {
            patience.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (in.readableBytes() < ENOUGH) {
            return;
        }
        int start = in.readerIndex();
        if (in.getUnsignedByte(start) == TLS_HANDSHAKE) {
            LOG.debug("{} speaks TLS, which is not configured", context.channel());
            in.skipBytes(in.readableBytes());
            context.close();
            return;
        }
        if (in.getByte(start) == 'P' && in.getByte(start + 1) == 'R' && in.getByte(start + 2) == 'I') {
            protocols.grpc().adopt(context.channel());
        } else {
            StrictRequestDecoder decoder = new StrictRequestDecoder();
            context.pipeline()
                    .addLast(new HttpResponseEncoder())
                    .addLast(decoder)
                    .addLast(new HttpConnection(protocols.http(), decoder));
        }
        context.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{} failed before it said what it speaks", context.channel(), cause);
        context.close();
    }
}
