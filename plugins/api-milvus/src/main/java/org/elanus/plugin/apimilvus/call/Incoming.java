package org.elanus.plugin.apimilvus.call;

import io.grpc.Status;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * A request off the wire, or why it is none. Parsing never throws, because what a parser throws ends in gRPC as an
 * unexplained UNKNOWN.
 */
record Incoming<Q>(
        @Nullable Q request,
        @Nullable Status refusal,
        @Nullable ElanusException failure,
        RequestBudget.@Nullable Share share) {

    static <Q> Incoming<Q> of(Q request, RequestBudget.Share share) {
        return new Incoming<>(request, null, null, share);
    }

    static <Q> Incoming<Q> refused(Status refusal) {
        return new Incoming<>(null, refusal, null, null);
    }

    /** A request that was not read, to be answered as one that failed. */
    static <Q> Incoming<Q> failed(ElanusException failure) {
        return new Incoming<>(null, null, failure, null);
    }

    /** Gives back what the request holds. */
    void release() {
        if (share != null) {
            share.close();
        }
    }
}
