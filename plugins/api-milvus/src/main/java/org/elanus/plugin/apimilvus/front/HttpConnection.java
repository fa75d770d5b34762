package org.elanus.plugin.apimilvus.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.elanus.plugin.apimilvus.call.RemoteAddress;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection: takes requests one after the other, each within limits of size and time, and has them served
 * on a virtual thread. Requests that a client sends ahead wait, unread, in its socket. Everything here runs on the
 * connection's I/O thread, but for {@link #run}.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

    /** What is read of a body that is refused, so that the client gets to read the answer. */
    private static final long MOST_DISCARDED = 16L << 20;

    private static final int FIRST_BODY = 16 << 10;

    // Time is counted in looks at the connection.
    private static final int LOOK_SECONDS = 5;
    private static final int IDLE_LOOKS = 12;
    private static final int HEAD_LOOKS = 4;
    private static final int SLOW_LOOKS = 3;
    /** A body comes faster than this, or not at all. */
    private static final int LEAST_A_LOOK = LOOK_SECONDS * (4 << 10);

    private enum State {
        /** Waiting for a request's head. */
        HEAD,
        BODY,
        /** Reading a body that nobody wants. */
        DISCARDING,
        RUNNING,
        CLOSING
    }

    private final HttpRequests requests;
    private final StrictRequestDecoder decoder;
    private final ArrayDeque<Object> ahead = new ArrayDeque<>();
    private State state = State.HEAD;
    private @Nullable ScheduledFuture<?> looking;
    private long receivedBefore;
    private long receivedAtEnd;
    private int looks;

    private @Nullable HttpHead head;
    private boolean keepAlive;
    private boolean http10;
    private byte[] body = new byte[0];
    private int length;
    private long discarded;
    private @Nullable RequestBudget budget;
    private RequestBudget.@Nullable Share share;
    private @Nullable HttpExchange exchange;
    private @Nullable ReplyStream reply;

    HttpConnection(HttpRequests requests, StrictRequestDecoder decoder) {
        this.requests = requests;
        this.decoder = decoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        looking = context.executor()
                .scheduleAtFixedRate(() -> look(context), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Closes a connection that is idle for long, or too slow. */
    private void look(ChannelHandlerContext context) {
        long received = decoder.received();
        looks++;
        switch (state) {
            case HEAD -> {
                boolean begun = received > receivedAtEnd;
                if (begun && looks > HEAD_LOOKS) {
                    refuse(context, 408, "the request's head did not come in time");
                } else if (looks > IDLE_LOOKS || (requests.draining() && !begun)) {
                    context.close();
                }
            }
            case DISCARDING -> {
                if (received - receivedBefore < LEAST_A_LOOK) {
                    end(context);
                }
            }
            case BODY -> {
                if (received - receivedBefore >= LEAST_A_LOOK) {
                    looks = 0;
                } else if (looks > SLOW_LOOKS) {
                    refuse(context, 408, "the request's body comes too slowly");
                }
            }
            case CLOSING -> {
                if (looks > 1) {
                    context.close();
                }
            }
            case RUNNING -> {}
        }
        receivedBefore = received;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state == State.RUNNING) {
            ahead.add(message);
            context.channel().config().setAutoRead(false);
            return;
        }
        take(context, message);
    }

    private void take(ChannelHandlerContext context, Object message) {
        try {
            if (state == State.CLOSING) {
                return;
            }
            if (message instanceof HttpRequest request) {
                begin(context, request);
            }
            if (message instanceof HttpContent content) {
                if (state == State.BODY) {
                    append(context, content);
                } else if (state == State.DISCARDING) {
                    discard(context, content);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        looks = 0;
        length = 0;
        discarded = 0;
        http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        keepAlive = HttpUtil.isKeepAlive(request) && !requests.draining();
        head = new HttpHead(
                request.method().name(),
                request.uri(),
                request.headers(),
                RemoteAddress.of(context.channel().remoteAddress()));
        Throwable failure = request.decoderResult().cause();
        if (failure != null) {
            if (failure instanceof TooLongHttpLineException) {
                refuse(context, 414, "the first line has more than " + StrictRequestDecoder.LONGEST_LINE + " bytes");
            } else if (failure instanceof TooLongHttpHeaderException) {
                refuse(context, 431, "the headers have more than " + StrictRequestDecoder.LARGEST_HEADERS + " bytes");
            } else {
                refuse(context, 400, "the request is not HTTP/1.1");
            }
            return;
        }
        String wrong = wrong(request);
        if (wrong != null) {
            refuse(context, 400, wrong);
            return;
        }
        boolean chunked = HttpUtil.isTransferEncodingChunked(request);
        long announced = chunked ? -1 : HttpUtil.getContentLength(request, 0L);
        if (requests.draining()) {
            replyAndDiscard(context, HttpReply.failure(503, "the server is stopping"));
            return;
        }
        HttpReply known = requests.service().atOnce(head);
        if (known != null) {
            replyAndDiscard(context, known);
            return;
        }
        if (announced > requests.largestBody()) {
            tooLarge(context);
            return;
        }
        String expected = head.header("expect");
        if (!expected.isEmpty()) {
            if (!expected.equalsIgnoreCase("100-continue")) {
                replyAndDiscard(context, HttpReply.failure(417, "only 100-continue may be expected"));
                return;
            }
            context.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        state = State.BODY;
        budget = requests.budget(requests.service().knows(head));
        share = budget.arriving();
        body = new byte[(int) Math.min(FIRST_BODY, announced < 0 ? FIRST_BODY : announced)];
    }

    private static @Nullable String wrong(HttpRequest request) {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return "the protocol is not HTTP/1.1";
        }
        int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
            return "a request has one header Host";
        }
        if (!request.uri().startsWith("/")) {
            return "the path begins with a slash";
        }
        if (request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
            return "Content-Length is given twice";
        }
        String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("chunked")) {
            return "Transfer-Encoding may only be chunked";
        }
        return null;
    }

    private void append(ChannelHandlerContext context, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(context, 400, "the body is not encoded as its head says");
            return;
        }
        ByteBuf bytes = content.content();
        int more = bytes.readableBytes();
        if (length + (long) more > requests.largestBody()) {
            tooLarge(context);
            return;
        }
        if (share == null || budget == null || !share.grow(length + (long) more)) {
            overloaded(context, budget == null ? "" : budget.refusal(length + (long) more).getMessage());
            return;
        }
        if (body.length < length + more) {
            long larger = Math.min(requests.largestBody(), Math.max(length + (long) more, 2L * body.length));
            body = Arrays.copyOf(body, (int) larger);
        }
        bytes.readBytes(body, length, more);
        length += more;
        if (content instanceof LastHttpContent) {
            start(context);
        }
    }

    private void tooLarge(ChannelHandlerContext context) {
        keepAlive = false;
        replyAndDiscard(
                context,
                new HttpReply(
                        413,
                        HttpReply.JSON,
                        "{\"code\":1102,\"message\":\"the body has more than " + requests.largestBody()
                                + " bytes; send fewer rows at a time\"}",
                        java.util.Map.of()));
    }

    private void overloaded(ChannelHandlerContext context, @Nullable String why) {
        if (head != null) {
            replyAndDiscard(context, requests.service().overloaded(head, why == null ? "" : why));
        }
    }

    private void start(ChannelHandlerContext context) {
        HttpHead request = head;
        if (request == null) {
            return;
        }
        if (!requests.enter()) {
            give();
            replyAndContinue(
                    context,
                    requests.service()
                            .overloaded(request, "the server has too many requests under way; try again soon"));
            return;
        }
        ReplyStream stream = new ReplyStream(context.channel(), requests.clock(), http10, keepAlive);
        HttpExchange now = new HttpExchange(request, body, length, stream);
        RequestBudget.Share held = share;
        share = null;
        body = new byte[0];
        exchange = now;
        reply = stream;
        state = State.RUNNING;
        try {
            requests.executor().execute(() -> run(context, now, stream, held));
        } catch (RejectedExecutionException e) {
            finish(context, stream, held);
            refuse(context, 503, "the server is stopping");
        }
    }

    /** Serves the request, on a virtual thread. */
    private void run(
            ChannelHandlerContext context,
            HttpExchange now,
            ReplyStream stream,
            RequestBudget.@Nullable Share held) {
        try {
            requests.service().serve(now);
        } catch (java.io.IOException e) {
            LOG.debug("{} went away", context.channel(), e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            LOG.error("{} {} failed unexpectedly", now.head().method(), printable(now.head().path()), e);
            fail(now);
        } finally {
            finish(context, stream, held);
        }
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 128); i++) {
            char c = text.charAt(i);
            shown.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return shown.toString();
    }

    private static void fail(HttpExchange now) {
        if (now.answered()) {
            return; // the connection is closed before the end of the answer
        }
        try (java.io.OutputStream out = now.reply(500, HttpReply.JSON)) {
            out.write("{\"code\":65535,\"message\":\"unexpected error, see the server's log\"}"
                    .getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            LOG.debug("the client went away", e);
        }
    }

    private void finish(ChannelHandlerContext context, ReplyStream stream, RequestBudget.@Nullable Share held) {
        if (held != null) {
            held.close();
        }
        try {
            context.executor().execute(() -> next(context, stream));
        } catch (RejectedExecutionException e) {
            LOG.trace("the port is closed", e);
        } finally {
            requests.leave();
        }
    }

    private void next(ChannelHandlerContext context, ReplyStream stream) {
        exchange = null;
        reply = null;
        if (!stream.ended() || !stream.keepsAlive()) {
            state = State.CLOSING;
            if (!stream.ended()) {
                context.close();
            }
        } else if (requests.draining()) {
            state = State.CLOSING;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (state == State.RUNNING) {
            state = State.HEAD;
            receivedAtEnd = decoder.received();
        }
        looks = 0;
        while (state != State.RUNNING) {
            Object message = ahead.poll();
            if (message == null) {
                context.channel().config().setAutoRead(true);
                return;
            }
            take(context, message);
        }
    }

    private void discard(ChannelHandlerContext context, HttpContent content) {
        discarded += content.content().readableBytes();
        if (content instanceof LastHttpContent) {
            if (keepAlive && !content.decoderResult().isFailure()) {
                state = State.HEAD;
                receivedAtEnd = decoder.received();
            } else {
                end(context);
            }
        } else if (discarded > MOST_DISCARDED || content.decoderResult().isFailure()) {
            end(context);
        }
    }

    private void end(ChannelHandlerContext context) {
        state = State.CLOSING;
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Answers now, and reads the rest of the request without keeping it. */
    private void replyAndDiscard(ChannelHandlerContext context, HttpReply answer) {
        give();
        state = State.DISCARDING;
        context.writeAndFlush(response(answer));
    }

    /** Answers a request that has been read. */
    private void replyAndContinue(ChannelHandlerContext context, HttpReply answer) {
        state = keepAlive ? State.HEAD : State.CLOSING;
        receivedAtEnd = decoder.received();
        context.writeAndFlush(response(answer))
                .addListener(keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
    }

    /** Answers, and closes: what follows cannot be understood, or nobody waits for it. */
    private void refuse(ChannelHandlerContext context, int status, String message) {
        give();
        keepAlive = false;
        state = State.CLOSING;
        context.writeAndFlush(response(HttpReply.failure(status, message))).addListener(ChannelFutureListener.CLOSE);
    }

    private FullHttpResponse response(HttpReply answer) {
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean bodiless = head != null && head.method().equals(HttpMethod.HEAD.name());
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes));
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        }
        response.headers().set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return response;
    }

    /** Gives back what a request holds that will not be served. */
    private void give() {
        if (share != null) {
            share.close();
            share = null;
        }
        body = new byte[0];
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (reply != null) {
            reply.wake();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (looking != null) {
            looking.cancel(false);
        }
        if (exchange != null) {
            exchange.cancel();
        }
        if (reply != null) {
            reply.wake();
        }
        give();
        Object message = ahead.poll();
        while (message != null) {
            ReferenceCountUtil.release(message);
            message = ahead.poll();
        }
        state = State.CLOSING;
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("{} failed", context.channel(), cause);
        context.close();
    }
}
