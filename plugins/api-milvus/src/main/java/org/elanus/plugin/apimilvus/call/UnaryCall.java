package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One method: takes the request off the I/O thread, runs it on a virtual thread, and answers. Whatever the handler
 * throws becomes a status inside the answer, as clients expect; only what the door refuses is an error of gRPC.
 */
final class UnaryCall<Q, R extends Message> implements ServerCallHandler<Incoming<Q>, R> {

    private static final Logger LOG = LoggerFactory.getLogger(UnaryCall.class);

    private final Command<Q, R> command;
    private final CallRuntime runtime;
    private final boolean atOnce;

    UnaryCall(Command<Q, R> command, CallRuntime runtime, boolean atOnce) {
        this.command = command;
        this.runtime = runtime;
        this.atOnce = atOnce;
    }

    @Override
    public ServerCall.Listener<Incoming<Q>> startCall(ServerCall<Incoming<Q>, R> call, Metadata headers) {
        Receiver receiver = new Receiver(call, new Scope(runtime, headers));
        Arrivals.Arrival arrival = Arrivals.Arrival.current();
        if (arrival != null) {
            arrival.onRefusal(bytes -> receiver.refuse(Arrivals.Arrival.status(bytes)));
        }
        CallerSignIn.begin(call, receiver.scope, runtime, receiver);
        return receiver;
    }

    /** Takes the request in. Runs on the connection's I/O thread. */
    private final class Receiver extends ServerCall.Listener<Incoming<Q>> implements CallerSignIn.Outcome {

            private final ServerCall<Incoming<Q>, R> call;
            private final Scope scope;
            private final AtomicBoolean refused = new AtomicBoolean();
            private @Nullable Incoming<Q> incoming;

            Receiver(ServerCall<Incoming<Q>, R> call, Scope scope) {
                this.call = call;
                this.scope = scope;
            }

            /** Nothing of the request is read before its caller is known. */
            @Override
            public void signedIn() {
                call.request(2); // the request, and the knowledge that there is no other
            }

            @Override
            public void onMessage(Incoming<Q> arrived) {
                if (refused.get()) {
                    give();
                    arrived.release();
                    return;
                }
                if (incoming != null) {
                    give();
                    arrived.release();
                    refuse(Status.INVALID_ARGUMENT.withDescription(command.name() + " takes one message"));
                    return;
                }
                incoming = arrived;
            }

            @Override
            public void onHalfClose() {
                if (refused.get()) {
                    give();
                    return;
                }
                Incoming<Q> arrived = incoming;
                incoming = null;
                if (arrived == null) {
                    refuse(Status.INVALID_ARGUMENT.withDescription(command.name() + " needs a message"));
                } else if (arrived.failure() != null) {
                    send(call, command.unread(scope, arrived.failure()));
                } else if (arrived.request() == null) {
                    refuse(arrived.refusal() == null ? Status.INTERNAL : arrived.refusal());
                } else {
                    start(call, scope, arrived.request(), arrived);
                }
            }

            @Override
            public void refuse(Status status) {
                if (refused.compareAndSet(false, true)) {
                    close(call, status);
                }
            }

            @Override
            public void onCancel() {
                scope.cancel();
                give();
            }

            /** Gives back what was taken in and is not run. */
            private void give() {
                if (incoming != null) {
                    incoming.release();
                    incoming = null;
                }
            }
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
            LOG.warn("the answer to {} {} could not be sent", command.name(), scope.requestId(), e);
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
            response = command.answer(scope, request);
        } catch (RefusedException e) {
            Status status = e.isSignedIn() ? Status.PERMISSION_DENIED : Status.UNAUTHENTICATED;
            close(call, status.withDescription(e.text()));
            return;
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

    private static void close(ServerCall<?, ?> call, Status status) {
        try {
            call.close(status, new Metadata());
        } catch (IllegalStateException e) {
            LOG.debug("a call was closed already", e);
        }
    }
}
