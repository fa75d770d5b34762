package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.util.Map;
import org.elanus.plugin.apimilvus.wire.Received;

/**
 * Everything that clients may ask for: as the service that gRPC serves, and by method for other protocols, so that each
 * rule exists once. Safe for use by many threads.
 */
public final class Commands {

    private final ServerServiceDefinition service;
    private final Map<String, Command<?, ?>> byMethod;

    Commands(ServerServiceDefinition service, Map<String, Command<?, ?>> byMethod) {
        this.service = service;
        this.byMethod = Map.copyOf(byMethod);
    }

    public ServerServiceDefinition service() {
        return service;
    }

    /**
     * Runs a command on the calling thread, which may block. The answer holds a status, of success or not.
     *
     * @throws RefusedException when the door does not let the caller pass
     */
    public <Q extends Message, R extends Message> R call(Scope scope, MethodDescriptor<Q, R> method, Q request) {
        return this.<Q, R>command(method).answer(scope, request);
    }

    /** As {@link #call}, for a command that brings rows. */
    public <Q extends Message, R extends Message> R callWithRows(
            Scope scope, MethodDescriptor<Q, R> method, Received<Q> request) {
        return this.<Received<Q>, R>command(method).answer(scope, request);
    }

    @SuppressWarnings("unchecked") // registered under the method whose types these are
    private <Q, R extends Message> Command<Q, R> command(MethodDescriptor<?, R> method) {
        Command<?, ?> command = byMethod.get(method.getFullMethodName());
        if (command == null) {
            throw new IllegalArgumentException(method.getFullMethodName() + " is not served");
        }
        return (Command<Q, R>) command;
    }
}
