package org.elanus.plugin.apimilvus.call;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Answers calls that this server does not have, and tells nobody so who is not signed in. */
public final class UnknownCalls extends HandlerRegistry {

    private final CallRuntime runtime;

    public UnknownCalls(CallRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
        MethodDescriptor<InputStream, InputStream> method = MethodDescriptor.<InputStream, InputStream>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(methodName)
                .setRequestMarshaller(Unread.INSTANCE)
                .setResponseMarshaller(Unread.INSTANCE)
                .build();
        return ServerMethodDefinition.create(method, this::start);
    }

    private ServerCall.Listener<InputStream> start(ServerCall<InputStream, InputStream> call, Metadata headers) {
        CallerSignIn.begin(call, new Scope(runtime, headers), runtime, new CallerSignIn.Outcome() {
            @Override
            public void signedIn() {
                refuse(Status.UNIMPLEMENTED.withDescription(
                        "Method not found: " + call.getMethodDescriptor().getFullMethodName()));
            }

            @Override
            public void refuse(Status status) {
                call.close(status, new Metadata());
            }
        });
        return new ServerCall.Listener<>() {};
    }

    private enum Unread implements MethodDescriptor.Marshaller<InputStream> {
        INSTANCE;

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return new ByteArrayInputStream(new byte[0]);
        }
    }
}
