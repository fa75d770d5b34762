package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One method: takes the request off the I/O thread, runs it on a virtual thread, and answers. Whatever the handler
 * throws becomes a status inside the answer, as clients expect; only a missing authentication is an error of gRPC.
 */
final class UnaryCall<M extends Message, Q, R extends Message> implements ServerCallHandler<Incoming<Q>, R> {

    private static final Logger LOG = LoggerFactory.getLogger(UnaryCall.class);

    private final String name;
    private final CallRuntime runtime;
    private final MethodDescriptor<M, R> method;
    private final Function<Q, ? extends Message> message;
    private final Handler<Q, R> handler;
    private final boolean atOnce;

    UnaryCall(
            String name,
            CallRuntime runtime,
            MethodDescriptor<M, R> method,
            Function<Q, ? extends Message> message,
            Handler<Q, R> handler,
            boolean atOnce) {
        this.name = name;
        this.runtime = runtime;
        this.method = method;
        this.message = message;
        this.handler = handler;
        this.atOnce = atOnce;
    }

    @Override
    public ServerCall.Listener<Incoming<Q>> startCall(ServerCall<Incoming<Q>, R> call, Metadata headers) {
        Scope scope = new Scope(runtime, headers);
        call.request(2); // the request, and the knowledge that there is no other
        return new ServerCall.Listener<>() {

            private @Nullable Incoming<Q> incoming;
            private boolean refused;

            @Override
            public void onMessage(Incoming<Q> arrived) {
                if (incoming != null) {
                    incoming.release();
                }
                if (refused) {
                    arrived.release();
                    return;
                }
                if (incoming != null) {
                    arrived.release();
                    refuse(Status.INVALID_ARGUMENT.withDescription(name + " takes one message"));
                    return;
                }
                incoming = arrived;
            }

            @Override
            public void onHalfClose() {
                if (refused) {
                    return;
                }
                Incoming<Q> arrived = incoming;
                incoming = null;
                if (arrived == null) {
                    refuse(Status.INVALID_ARGUMENT.withDescription(name + " needs a message"));
                } else if (arrived.failure() != null) {
                    send(call, Failures.answer(method, WireStatus.of(arrived.failure(), Map.of(), scope.requestId())));
                } else if (arrived.request() == null) {
                    refuse(arrived.refusal() == null ? Status.INTERNAL : arrived.refusal());
                } else {
                    start(call, scope, arrived.request(), arrived);
                }
            }

            private void refuse(Status status) {
                refused = true;
                call.close(status, new Metadata());
            }

            @Override
            public void onCancel() {
                scope.cancel();
                if (incoming != null) {
                    incoming.release();
                }
            }
        };
    }

    private void start(ServerCall<Incoming<Q>, R> call, Scope scope, Q request, Incoming<Q> arrived) {
        if (atOnce) {
            run(call, scope, request, arrived);
            return;
        }
        try {
            runtime.executor().execute(() -> run(call, scope, request, arrived));
        } catch (RejectedExecutionException e) {
            arrived.release();
            call.close(Status.UNAVAILABLE.withDescription("the server is stopping"), new Metadata());
        }
    }

    private void run(ServerCall<Incoming<Q>, R> call, Scope scope, Q request, Incoming<Q> arrived) {
        try {
            answer(call, scope, request);
        } catch (RuntimeException | Error e) {
            // Nothing but the sending itself gets here: the client is gone, or memory is.
            LOG.warn("the answer to {} {} could not be sent", name, scope.requestId(), e);
            if (!call.isCancelled()) {
                close(call, Status.INTERNAL.withDescription("the answer could not be sent"));
            }
        } finally {
            arrived.release();
        }
    }

    private void answer(ServerCall<Incoming<Q>, R> call, Scope scope, Q request) {
        if (scope.isCancelled() && call.isCancelled()) {
            return;
        }
        R response;
        try {
            response = handler.handle(scope, request);
            int size = response.getSerializedSize();
            if (size > runtime.maxResponseBytes()) {
                throw new ElanusException(
                        StandardErrorCode.ARGUMENT_TOO_LARGE,
                        "the result has " + size + " bytes, at most " + runtime.maxResponseBytes()
                                + " are sent; ask for fewer rows or fields");
            }
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.UNAUTHENTICATED) {
                close(call, Status.UNAUTHENTICATED.withDescription(e.getMessage()));
                return;
            }
            if (e.code().category() == ErrorCategory.INTERNAL) {
                LOG.warn("{} {} failed", name, scope.requestId(), e);
            }
            response = failure(scope, request, e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            LOG.error("{} {} failed unexpectedly", name, scope.requestId(), e);
            response = failure(scope, request, e);
        }
        if (call.isCancelled()) {
            return;
        }
        send(call, response);
    }

    private static <R> void send(ServerCall<?, R> call, R response) {
        call.sendHeaders(new Metadata());
        call.sendMessage(response);
        call.close(Status.OK, new Metadata());
    }

    private R failure(Scope scope, Q request, Throwable error) {
        return Failures.answer(
                method, WireStatus.of(error, Failures.subjects(message.apply(request), scope), scope.requestId()));
    }

    private static void close(ServerCall<?, ?> call, Status status) {
        try {
            call.close(status, new Metadata());
        } catch (IllegalStateException e) {
            LOG.debug("a call was closed already", e);
        }
    }
}
