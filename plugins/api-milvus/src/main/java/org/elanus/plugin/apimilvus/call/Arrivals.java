package org.elanus.plugin.apimilvus.call;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of requests while they arrive. gRPC collects a whole message in the network's buffers before anything
 * else sees it; without this, many large ones at once would take all of their memory and fail unexplained.
 */
public final class Arrivals extends ServerStreamTracer.Factory {

    private final RequestBudget budget;

    public Arrivals(RequestBudget budget) {
        this.budget = budget;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Arrival(budget.arriving());
    }

    /** One call. Its methods run on the connection's I/O thread, except for the end of the stream. */
    static final class Arrival extends ServerStreamTracer {

        private static final Context.Key<Arrival> KEY = Context.key("elanus-arrival");

        private final RequestBudget.Share share;
        private long bytes;
        private boolean refused;
        private @Nullable Runnable refusal;

        private Arrival(RequestBudget.Share share) {
            this.share = share;
        }

        /** That of the call which the current thread works for; null where calls are not counted. */
        static @Nullable Arrival current() {
            return KEY.get();
        }

        static Status status(long bytes) {
            return Status.RESOURCE_EXHAUSTED.withDescription("the server is receiving too many large messages to take"
                    + " more than " + bytes
                    + " bytes of this one; try again soon, or send smaller ones or fewer at a time");
        }

        /** @param action ends the call; given what has arrived */
        void onRefusal(java.util.function.LongConsumer action) {
            refusal = () -> action.accept(bytes);
        }

        boolean refused() {
            return refused;
        }

        /** The message is read, and its buffers are given back. */
        void read() {
            share.close();
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(KEY, this);
        }

        @Override
        public void inboundWireSize(long more) {
            bytes += more;
            if (!refused && !share.grow(bytes)) {
                refused = true;
                if (refusal != null) {
                    refusal.run();
                }
            }
        }

        @Override
        public void streamClosed(Status status) {
            share.close();
        }
    }
}
