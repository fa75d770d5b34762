package org.elanus.dist;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends bytes to a method, whatever they are, and takes bytes back. */
final class RawCall {

    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private RawCall() {}

    record Answer(Status status, List<byte[]> messages) {}

    static Answer send(
            Channel channel, MethodDescriptor<?, ?> method, Metadata headers, byte[] request, int deadlineSeconds) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .build();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ClientCall<byte[], byte[]> call =
                channel.newCall(raw, CallOptions.DEFAULT.withDeadlineAfter(deadlineSeconds, TimeUnit.SECONDS));
        List<byte[]> messages = new ArrayList<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        messages.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        answer.complete(new Answer(status, messages));
                    }
                },
                headers);
        call.request(100);
        call.sendMessage(request);
        call.halfClose();
        return answer.join();
    }
}
