package org.elanus.plugin.apimilvus.call;

import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Session;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who calls before anything of the request is read. */
final class CallerSignIn {

    private static final Logger LOG = LoggerFactory.getLogger(CallerSignIn.class);

    private CallerSignIn() {}

    /** One of them is called, once, on any thread. */
    interface Outcome {

        /** The scope knows its caller. */
        void signedIn();

        void refuse(Status status);
    }

    /** Returns at once: a caller that the door remembers is signed in here, any other one on a thread that may block. */
    static void begin(ServerCall<?, ?> call, Scope scope, CallRuntime runtime, Outcome outcome) {
        Credentials credentials = scope.credentials();
        Optional<Session> known = runtime.door().recognise(credentials);
        if (known.isPresent()) {
            scope.signedIn(known.get());
            outcome.signedIn();
            return;
        }
        try {
            runtime.executor().execute(() -> {
                Status refusal = signIn(credentials, RemoteAddress.of(call), scope, runtime);
                if (refusal.isOk()) {
                    outcome.signedIn();
                } else {
                    outcome.refuse(refusal);
                }
            });
        } catch (RejectedExecutionException e) {
            outcome.refuse(Status.UNAVAILABLE.withDescription("the server is stopping"));
        }
    }

    private static Status signIn(Credentials credentials, String remote, Scope scope, CallRuntime runtime) {
        try {
            scope.signedIn(runtime.door().signIn(credentials, remote));
            return Status.OK;
        } catch (ElanusException e) {
            return (e.code() == StandardErrorCode.UNAUTHENTICATED ? Status.UNAUTHENTICATED : Status.UNAVAILABLE)
                    .withDescription(e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: signing in failed unexpectedly", scope.requestId(), e);
            return Status.UNAVAILABLE.withDescription("nobody can tell now who calls; try again");
        }
    }
}
