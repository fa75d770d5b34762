package org.elanus.plugin.apimilvus.call;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A request off the wire, or why it is none. Parsing never throws, because what a parser throws ends in gRPC as an
 * unexplained UNKNOWN.
 */
record Incoming<Q>(@Nullable Q request, @Nullable Status refusal) {

    static <Q> Incoming<Q> of(Q request) {
        return new Incoming<>(request, null);
    }

    static <Q> Incoming<Q> refused(Status refusal) {
        return new Incoming<>(null, refusal);
    }
}
