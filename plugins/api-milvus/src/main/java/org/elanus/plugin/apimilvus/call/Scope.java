package org.elanus.plugin.apimilvus.call;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.HeaderCredentials;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/** What surrounds one request: its headers, its deadline, whether the client still waits. */
public final class Scope {

    private static final Metadata.Key<String> DATABASE = key("dbname");
    private static final Metadata.Key<String> REQUEST_KEY = key("elanus-request-key");
    private static final Metadata.Key<String> REQUEST_ID = key("client-request-id");
    private static final Metadata.Key<String> REQUEST_ID_OF_JAVA = key("client_request_id");

    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
    private static final Metadata.Key<String> API_KEY = key("x-api-key");

    private static final int LONGEST_REQUEST_KEY = 256;
    private static final int LONGEST_REQUEST_ID = 128;

    private final CallRuntime runtime;
    private final Metadata headers;
    private final String requestId;
    private final long deadlineNanos;
    private volatile boolean cancelled;
    private volatile @Nullable Session session;
    private volatile @Nullable Action action;
    private volatile @Nullable Action route;

    /** Made on the thread on which the call arrived. */
    Scope(CallRuntime runtime, Metadata headers) {
        this(runtime, headers, deadline(runtime));
    }

    /**
     * For a request that came another way than over gRPC.
     *
     * @param headers under the names that they have in gRPC
     * @param deadlineNanos on the host's monotonic clock
     */
    public Scope(CallRuntime runtime, Metadata headers, long deadlineNanos) {
        this.runtime = runtime;
        this.headers = headers;
        this.requestId = requestId(runtime, headers);
        this.deadlineNanos = deadlineNanos;
    }

    private static long deadline(CallRuntime runtime) {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? Long.MAX_VALUE
                : runtime.clock().nanos() + deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }

    private static String requestId(CallRuntime runtime, Metadata headers) {
        String id = headers.get(REQUEST_ID);
        if (id == null || id.isEmpty()) {
            id = headers.get(REQUEST_ID_OF_JAVA);
        }
        return id == null || id.isEmpty() || id.length() > LONGEST_REQUEST_ID ? runtime.nextRequestId() : id;
    }

    public String requestId() {
        return requestId;
    }

    CallRuntime runtime() {
        return runtime;
    }

    /** Nobody waits for the answer any more. */
    public void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled || runtime.stopping() || isSignedOut();
    }

    /** What the caller shows of itself. No other header tells who calls. */
    public Credentials credentials() {
        return HeaderCredentials.of(headers.get(AUTHORIZATION), headers.get(API_KEY));
    }

    /** From now on the call is this caller's. */
    public void signedIn(Session caller) {
        session = caller;
    }

    /** Whether the caller was signed in and is no longer. */
    boolean isSignedOut() {
        Session caller = session;
        return caller != null && caller.isEnded();
    }

    private Principal caller() {
        Session caller = session;
        return caller == null ? Principal.ANONYMOUS : caller.principal();
    }

    /**
     * Makes sure that the caller may do what it asks for, of which the database is told from now on.
     *
     * @throws ElanusException UNAUTHENTICATED, PERMISSION_DENIED
     */
    void require(Action asked, List<Resource> resources) {
        action = asked;
        for (Resource resource : resources) {
            runtime.door().require(context(resource.database()), asked, resource);
        }
    }

    /** The caller asks for this on a way that takes several calls of the protocol, of which some only look things up. */
    public void require(Action asked, Resource resource) {
        route = asked;
        require(asked, List.of(resource));
    }

    /** Whether a look-up is part of something else, for which the database is asked then. */
    boolean isPartOfRoute() {
        Action whole = route;
        if (whole != null) {
            action = whole;
        }
        return whole != null;
    }

    /** The caller's name. */
    public String user() {
        return caller().name();
    }

    /** The database of a request that names none. */
    CallContext context() {
        return context("");
    }

    /** @param database as the request names it; empty for that of the header, or else the default one */
    CallContext context(String database) {
        return new CallContext(
                caller(), database(database), deadlineNanos, this::isCancelled, requestKey(), requestId, action);
    }

    /** For work that goes on after the answer. */
    CallContext background(String database) {
        Cancellation stopping = runtime::stopping;
        return new CallContext(
                caller(), database(database), Long.MAX_VALUE, stopping, Optional.empty(), requestId, action);
    }

    public String database(@Nullable String named) {
        if (named != null && !named.isEmpty()) {
            return named;
        }
        String header = headers.get(DATABASE);
        return header == null || header.isEmpty() ? CallContext.DEFAULT_DATABASE : header;
    }

    private Optional<String> requestKey() {
        String given = headers.get(REQUEST_KEY);
        if (given == null || given.isEmpty()) {
            return Optional.empty();
        }
        if (given.length() > LONGEST_REQUEST_KEY) {
            throw ElanusException.invalid(
                    "header elanus-request-key has %d characters, at most %d are allowed",
                    given.length(), LONGEST_REQUEST_KEY);
        }
        return Optional.of(given);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
