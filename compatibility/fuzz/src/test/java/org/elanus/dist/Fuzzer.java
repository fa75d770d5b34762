package org.elanus.dist;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.milvus.proto.ErrorCode;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.Status;

/** Makes, sends and judges requests. Request n of a seed is always the same; safe for use by many threads. */
final class Fuzzer {

    private static final int INTERNAL = 5;
    private static final int UNEXPECTED = 65535;
    private static final int DEADLINE_SECONDS = 60;
    private static final List<String> DATA = List.of("Insert", "Upsert", "Delete", "Query", "Search", "HybridSearch");
    private static final List<Metadata.Key<String>> HEADERS = List.of(
            key("dbname"),
            key("client-request-id"),
            key("authorization"),
            key("identifier"),
            key("elanus-request-key"));

    private final long seed;
    private final Channel channel;
    private final List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> succeeded = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> findings = new ConcurrentLinkedQueue<>();

    Fuzzer(long seed, Channel channel) {
        this.seed = seed;
        this.channel = channel;
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            String name = String.valueOf(method.getBareMethodName());
            int weight = DATA.contains(name) ? 24 : name.startsWith("Drop") ? 1 : 2;
            for (int i = 0; i < weight; i++) {
                methods.add(method);
            }
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** Sends request n and keeps what was wrong about its answer. */
    void send(long n) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + n);
        random.nextInt();
        MethodDescriptor<?, ?> method = Dictionary.pick(methods, random);
        Message prototype = prototype(method.getRequestMarshaller());
        byte[] bytes = bytes(prototype, random);
        RawCall.Answer answer = RawCall.send(channel, method, headers(random), bytes, DEADLINE_SECONDS);
        String complaint = judge(method, prototype, bytes, answer);
        if (complaint != null) {
            String finding = "request %d, %s: %s%n%s"
                    .formatted(n, method.getBareMethodName(), complaint, describe(prototype, bytes));
            System.out.println("fuzz: " + finding);
            findings.add(finding);
        }
    }

    private static byte[] bytes(Message prototype, Random random) {
        int kind = random.nextInt(100);
        Mutations mutations = new Mutations(random);
        if (kind == 0) {
            byte[] junk = new byte[random.nextInt(200)];
            random.nextBytes(junk);
            return junk;
        }
        if (kind == 1) {
            // Groups that open and never close.
            byte[] groups = new byte[random.nextInt(100_000)];
            Arrays.fill(groups, (byte) (random.nextInt(30) << 3 | 3));
            return groups;
        }
        Message likely = kind < 66 ? Requests.likely(prototype, random) : null;
        Message message;
        if (likely == null) {
            message = mutations.random(prototype);
        } else {
            message = kind < 22 ? likely : mutations.mutated(likely);
        }
        byte[] bytes = message.toByteArray();
        List<FieldDescriptor> messages = prototype.getDescriptorForType().getFields().stream()
                .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .toList();
        if (kind == 98 && !messages.isEmpty()) {
            return Mutations.nested(Dictionary.pick(messages, random), bytes, random.nextInt(400));
        }
        return kind >= 92
                ? Mutations.damaged(com.google.protobuf.ByteString.copyFrom(bytes), random)
                        .toByteArray()
                : bytes;
    }

    private static Metadata headers(Random random) {
        Metadata headers = new Metadata();
        if (random.nextInt(8) == 0) {
            String value =
                    random.nextBoolean() ? "k" + random.nextInt(1000) : "x".repeat(random.nextInt(300)) + "~ !\"%";
            headers.put(Dictionary.pick(HEADERS, random), value);
        }
        return headers;
    }

    private String judge(MethodDescriptor<?, ?> method, Message prototype, byte[] bytes, RawCall.Answer answer) {
        String name = String.valueOf(method.getBareMethodName());
        count(answers, answer.status().getCode().toString());
        switch (answer.status().getCode()) {
            case OK -> {}
            case UNIMPLEMENTED, RESOURCE_EXHAUSTED -> {
                return null;
            }
            case INVALID_ARGUMENT -> {
                return isMessage(prototype, bytes) ? "a readable message was refused: " + answer.status() : null;
            }
            default -> {
                return "unexpected error of gRPC: " + answer.status();
            }
        }
        if (answer.messages().size() != 1) {
            return answer.messages().size() + " answers";
        }
        Message response;
        try {
            response = prototype(method.getResponseMarshaller())
                    .getParserForType()
                    .parseFrom(answer.messages().getFirst());
        } catch (InvalidProtocolBufferException e) {
            return "unreadable answer: " + e;
        }
        Status status = status(response);
        if (status == null) {
            return null;
        }
        count(answers, "code " + status.getCode());
        if (status.getCode() == 0) {
            count(succeeded, name);
        }
        if (status.getCode() == UNEXPECTED || status.getCode() == INTERNAL) {
            return "internal error: " + status.getReason();
        }
        @SuppressWarnings("deprecation") // both are asked for by clients of every age
        boolean success = status.getErrorCode() == ErrorCode.Success;
        if ((status.getCode() == 0) != success) {
            return "code and error_code differ: " + status;
        }
        return status.getCode() != 0 && status.getReason().isBlank() ? "an error without a reason" : null;
    }

    private static Status status(Message response) {
        if (response instanceof Status status) {
            return status;
        }
        FieldDescriptor field = response.getDescriptorForType().findFieldByName("status");
        return field != null && response.getField(field) instanceof Status status ? status : null;
    }

    private static boolean isMessage(Message prototype, byte[] bytes) {
        try {
            prototype.getParserForType().parseFrom(bytes);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static String describe(Message prototype, byte[] bytes) {
        String text;
        try {
            text = TextFormat.printer()
                    .emittingSingleLine(true)
                    .printToString(prototype.getParserForType().parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            text = java.util.HexFormat.of().formatHex(bytes);
        }
        return text.length() > 3000 ? text.substring(0, 3000) + "…" : text;
    }

    private static Message prototype(MethodDescriptor.Marshaller<?> marshaller) {
        return (Message) ((PrototypeMarshaller<?>) marshaller).getMessagePrototype();
    }

    private static void count(Map<String, LongAdder> counts, String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    /** How often each kind of answer came. */
    Map<String, LongAdder> answers() {
        return new java.util.TreeMap<>(answers);
    }

    /** How often each call succeeded. */
    Map<String, LongAdder> succeeded() {
        return new java.util.TreeMap<>(succeeded);
    }
}
