package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
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
    private final RequestBudget budget;

    RequestReader(String method, Parse<Q> parse, RequestBudget budget) {
        this.method = method;
        this.parse = parse;
        this.budget = budget;
    }

    @Override
    public Incoming<Q> parse(InputStream stream) {
        RequestBudget.Share share = null;
        Incoming<Q> read = null;
        Arrivals.Arrival arrival = Arrivals.Arrival.current();
        try {
            if (arrival != null && arrival.refused()) {
                return Incoming.refused(Arrivals.Arrival.status(0)); // the call has been ended already
            }
            // Only compressed messages have no known length.
            InputStream known =
                    stream instanceof KnownLength ? stream : new ByteArrayInputStream(stream.readAllBytes());
            int bytes = known.available();
            share = budget.take(bytes);
            if (share == null) {
                return Incoming.failed(budget.refusal(bytes));
            }
            read = Incoming.of(parse.parse(known), share);
            return read;
        } catch (StatusRuntimeException e) {
            return Incoming.refused(
                    e.getCause() instanceof InvalidProtocolBufferException malformed
                            ? malformed(malformed)
                            : e.getStatus());
        } catch (IOException e) {
            return Incoming.refused(malformed(e));
        } finally {
            if (read == null && share != null) {
                share.close();
            }
            if (arrival != null) {
                arrival.read();
            }
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
