package org.elanus.plugin.apimilvus.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the port answers over HTTP/1.1: whether it is alive. */
final class HttpRoutes extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(HttpRoutes.class);

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            reply(
                    context,
                    request,
                    HttpResponseStatus.BAD_REQUEST,
                    "application/json",
                    "{\"code\":400,\"message\":\"the request is not HTTP/1.1\"}",
                    false);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        String path;
        try {
            path = new QueryStringDecoder(request.uri()).path();
        } catch (IllegalArgumentException e) {
            reply(
                    context,
                    request,
                    HttpResponseStatus.BAD_REQUEST,
                    "application/json",
                    "{\"code\":400,\"message\":\"the path is malformed\"}",
                    keepAlive);
            return;
        }
        boolean reading =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (reading && path.equals("/healthz")) {
            reply(context, request, HttpResponseStatus.OK, "text/plain; charset=utf-8", "OK", keepAlive);
        } else {
            reply(
                    context,
                    request,
                    HttpResponseStatus.NOT_FOUND,
                    "application/json",
                    "{\"code\":404,\"message\":\"no such path; this port serves gRPC and GET /healthz\"}",
                    keepAlive);
        }
    }

    private static void reply(
            ChannelHandlerContext context,
            FullHttpRequest request,
            HttpResponseStatus status,
            String type,
            String text,
            boolean keepAlive) {
        ByteBuf body = ByteBufUtil.writeUtf8(context.alloc(), text);
        int length = body.readableBytes();
        if (request.method().equals(HttpMethod.HEAD)) {
            body.clear();
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).setInt(HttpHeaderNames.CONTENT_LENGTH, length);
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ChannelFuture written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{} failed", context.channel(), cause);
        context.close();
    }
}
