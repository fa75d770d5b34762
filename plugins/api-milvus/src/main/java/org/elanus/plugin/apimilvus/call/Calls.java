package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.plugin.apimilvus.wire.InsertReader;
import org.elanus.plugin.apimilvus.wire.Received;
import org.elanus.plugin.apimilvus.wire.WireStatus;

/** Collects the methods of the service. What is not collected is answered by gRPC as UNIMPLEMENTED. */
final class Calls {

    private final CallRuntime runtime;
    private final ServerServiceDefinition.Builder service =
            ServerServiceDefinition.builder(MilvusServiceGrpc.SERVICE_NAME);
    private final Map<String, Command<?, ?>> commands = new HashMap<>();

    private final Set<String> added = new HashSet<>();
    private final Set<String> declined = new HashSet<>();

    Calls(CallRuntime runtime) {
        this.runtime = runtime;
    }

    /** A call that blocks on the database: it runs on a virtual thread. */
    <Q extends Message, R extends Message> Calls serve(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {
        return add(method, standard(method), Function.identity(), handler, false);
    }

    /** A call that neither blocks nor computes: it runs where it arrived. */
    <Q extends Message, R extends Message> Calls serveAtOnce(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {
        return add(method, standard(method), Function.identity(), handler, true);
    }

    /** A call that brings rows. */
    <Q extends Message, R extends Message> Calls serveRows(
            MethodDescriptor<Q, R> method, Q prototype, Handler<Received<Q>, R> handler) {
        @SuppressWarnings("unchecked") // a message's parser makes messages of its type
        com.google.protobuf.Parser<Q> parser = (com.google.protobuf.Parser<Q>) prototype.getParserForType();
        return add(method, stream -> InsertReader.read(stream, parser), Received::message, handler, false);
    }

    /**
     * Every call that was not added is answered with a status that says so: a bare error of gRPC makes the Node client
     * fail in its own code. Streams and two old answers have no place for a status.
     */
    @SuppressWarnings("unchecked") // the generated methods take and return messages
    Calls declineOthers() {
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            if (method.getType() == MethodDescriptor.MethodType.UNARY
                    && !added.contains(method.getFullMethodName())
                    && Failures.hasStatus(method)) {
                decline((MethodDescriptor<? extends Message, ? extends Message>) method);
            }
        }
        return this;
    }

    private <Q extends Message, R extends Message> void decline(MethodDescriptor<Q, R> method) {
        String name = String.valueOf(method.getBareMethodName());
        declined.add(name);
        R answer = Failures.answer(method, WireStatus.unimplemented(name));
        serveAtOnce(method, (scope, request) -> answer);
    }

    /** The names of the calls that are answered with a status that says that they are not there. */
    Set<String> declined() {
        return Set.copyOf(declined);
    }

    Commands commands() {
        return new Commands(service.build(), commands);
    }

    private static <Q> RequestReader.Parse<Q> standard(MethodDescriptor<Q, ?> method) {
        MethodDescriptor.Marshaller<Q> marshaller = method.getRequestMarshaller();
        return (InputStream stream) -> marshaller.parse(stream);
    }

    private <M extends Message, Q, R extends Message> Calls add(
            MethodDescriptor<M, R> method,
            RequestReader.Parse<Q> parse,
            Function<Q, ? extends Message> message,
            Handler<Q, R> handler,
            boolean atOnce) {
        String name = String.valueOf(method.getBareMethodName());
        Command<Q, R> command = new Command<>(name, method, message, handler);
        commands.put(method.getFullMethodName(), command);
        added.add(method.getFullMethodName());
        service.addMethod(
                method.toBuilder(new RequestReader<>(name, parse, runtime.budget()), method.getResponseMarshaller())
                        .build(),
                new UnaryCall<>(command, runtime, atOnce));
        return this;
    }
}
