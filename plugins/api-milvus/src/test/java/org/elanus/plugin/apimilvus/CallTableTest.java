package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.Status;
import org.junit.jupiter.api.Test;

/** The table of calls in docs/compatibility.md against the server and the protocol's definition. */
class CallTableTest extends ProtocolTest {

    private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\| [ABCD] \\| ([\\w ]+) \\|");

    @Test
    void everyCallOfTheProtocolIsInTheTableAsItIsAnswered() throws IOException {
        Map<String, String> table = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("../../docs/compatibility.md")));
        while (row.find()) {
            table.put(row.group(1), row.group(2));
        }
        Map<String, String> answers = new TreeMap<>();
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            answers.put(String.valueOf(method.getBareMethodName()), answer(method));
        }
        assertThat(table).isEqualTo(answers);
    }

    @SuppressWarnings("unchecked") // an empty request can be made for any method
    private static String answer(MethodDescriptor<?, ?> method) {
        if (method.getType() != MethodDescriptor.MethodType.UNARY) {
            return "UNIMPLEMENTED";
        }
        Message empty = (Message)
                ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
        try {
            Message answer = ClientCalls.blockingUnaryCall(
                    server.channel, (MethodDescriptor<Message, Message>) method, CallOptions.DEFAULT, empty);
            Status status = answer instanceof Status alone
                    ? alone
                    : (Status) answer.getField(answer.getDescriptorForType().findFieldByName("status"));
            return status.getCode() == 10 ? "code 10" : "served";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        }
    }
}
