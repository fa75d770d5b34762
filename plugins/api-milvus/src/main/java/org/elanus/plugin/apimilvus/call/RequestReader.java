package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;

/** Reads requests of one method. */
final class RequestReader<Q> implements MethodDescriptor.Marshaller<Incoming<Q>> {

    /** Reads one message, to its end. */
    @FunctionalInterface
    interface Parse<Q> {
        Q parse(InputStream stream) throws IOException;
    }

    private final String method;
    private final Parse<Q> parse;

    RequestReader(String method, Parse<Q> parse) {
        this.method = method;
        this.parse = parse;
    }

    @Override
    public Incoming<Q> parse(InputStream stream) {
        try {
            return Incoming.of(parse.parse(stream));
        } catch (StatusRuntimeException e) {
            return Incoming.refused(
                    e.getCause() instanceof InvalidProtocolBufferException malformed
                            ? malformed(malformed)
                            : e.getStatus());
        } catch (IOException e) {
            return Incoming.refused(malformed(e));
        }
    }

    private Status malformed(IOException why) {
        return Status.INVALID_ARGUMENT.withDescription(
                "the message of " + method + " is not what its protocol says: " + why.getMessage());
    }

    @Override
    public InputStream stream(Incoming<Q> value) {
        throw new UnsupportedOperationException("a server sends no requests");
    }
}
