package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
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

    /** Calls that clients expect to be answered with a status, and that this server does not have. */
    @SafeVarargs
    final Calls decline(MethodDescriptor<? extends Message, ? extends Message>... methods) {
        for (MethodDescriptor<? extends Message, ? extends Message> method : methods) {
            decline(method);
        }
        return this;
    }

    private <Q extends Message, R extends Message> void decline(MethodDescriptor<Q, R> method) {
        R answer = Failures.answer(method, WireStatus.unimplemented(String.valueOf(method.getBareMethodName())));
        serveAtOnce(method, (scope, request) -> answer);
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
        service.addMethod(
                method.toBuilder(new RequestReader<>(name, parse, runtime.budget()), method.getResponseMarshaller())
                        .build(),
                new UnaryCall<>(command, runtime, atOnce));
        return this;
    }
}
