package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.RunAnalyzerRequest;
import org.elanus.plugin.apimilvus.call.RpcActions;
import org.elanus.spi.auth.Action;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.event.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every call of the protocol, and calls that it does not have, against a door: generated from the descriptors. */
class GuardedCallsTest {

    /** Whoever is signed in may, and is shown what it may know of. */
    private static final Set<Action> FOR_EVERYBODY =
            EnumSet.of(Action.CONNECT, Action.LIST_DATABASES, Action.SHOW_COLLECTIONS);

    private static final Map<String, String> FIELDS = Map.of(
            "collection_name", "books",
            "collectionName", "books",
            "oldName", "books",
            "newName", "books2",
            "alias", "books",
            "username", "somebody",
            "db_name", "default");

    private static GuardedEndpoint server;

    @BeforeAll
    static void open() {
        server = new GuardedEndpoint();
    }

    @AfterAll
    static void close() throws InterruptedException {
        server.close();
    }

    private static Channel with(String header, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return ClientInterceptors.intercept(
                server.endpoint.channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Channel bearing(String token) {
        return with("authorization", "Bearer " + token);
    }

    private static List<MethodDescriptor<?, ?>> calls() {
        List<MethodDescriptor<?, ?>> calls = new ArrayList<>();
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                calls.add(method);
            }
        }
        return calls;
    }

    private static Action action(MethodDescriptor<?, ?> call) {
        return RpcActions.of(String.valueOf(call.getBareMethodName()));
    }

    /** The outcome's name; inside an answer, only refusals are told from the rest. */
    @SuppressWarnings("unchecked") // the methods take and return messages
    private static Status.Code outcome(Channel channel, MethodDescriptor<?, ?> call) {
        Message prototype = (Message)
                ((MethodDescriptor.PrototypeMarshaller<?>) call.getRequestMarshaller()).getMessagePrototype();
        try {
            Message answer = ClientCalls.blockingUnaryCall(
                    channel, (MethodDescriptor<Message, Message>) call, CallOptions.DEFAULT, filled(prototype));
            FieldDescriptor field = answer.getDescriptorForType().findFieldByName("status");
            Object status = answer instanceof org.elanus.milvus.proto.Status
                    ? answer
                    : field == null ? null : answer.getField(field);
            return status instanceof org.elanus.milvus.proto.Status inside
                    ? switch (inside.getCode()) {
                        case 1400 -> Status.Code.UNAUTHENTICATED;
                        case 1401 -> Status.Code.PERMISSION_DENIED;
                        default -> Status.Code.OK;
                    }
                    : Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** A request that names what it is about. */
    private static Message filled(Message prototype) {
        Message.Builder request = prototype.newBuilderForType();
        if (prototype instanceof RunAnalyzerRequest) {
            return prototype; // about a collection only when it names one, and then a description of it, too
        }
        for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
            String value = FIELDS.get(field.getName());
            if (value != null && field.getJavaType() == FieldDescriptor.JavaType.STRING && !field.isRepeated()) {
                request.setField(field, value);
            } else if (field.getName().equals("collection_names")) {
                request.addRepeatedField(field, "books");
            }
        }
        return request.build();
    }

    @Test
    void nobodyIsServedWithoutACredential() {
        for (MethodDescriptor<?, ?> call : calls()) {
            assertThat(outcome(server.endpoint.channel, call))
                    .as(call.getFullMethodName())
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void nobodyIsServedAStreamWithoutACredential() {
        List<String> streams = new ArrayList<>();
        for (MethodDescriptor<?, ?> call :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            if (call.getType() != MethodDescriptor.MethodType.UNARY) {
                streams.add(String.valueOf(call.getBareMethodName()));
                assertThat(firstOfStream(server.endpoint.channel, call))
                        .as(call.getFullMethodName())
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(firstOfStream(bearing("nothing"), call))
                        .as(call.getFullMethodName())
                        .isNotIn(Status.Code.OK, Status.Code.UNAUTHENTICATED);
            }
        }
        assertThat(streams).contains("CreateReplicateStream", "DumpMessages");
    }

    /** What the first answer to a stream is. */
    @SuppressWarnings("unchecked") // the methods take and return messages
    private static Status.Code firstOfStream(Channel channel, MethodDescriptor<?, ?> call) {
        MethodDescriptor<Message, Message> stream = (MethodDescriptor<Message, Message>) call;
        CompletableFuture<Status.Code> outcome = new CompletableFuture<>();
        StreamObserver<Message> answers = new StreamObserver<>() {
            @Override
            public void onNext(Message answer) {
                outcome.complete(Status.Code.OK);
            }

            @Override
            public void onError(Throwable failure) {
                outcome.complete(Status.fromThrowable(failure).getCode());
            }

            @Override
            public void onCompleted() {
                outcome.complete(Status.Code.OK);
            }
        };
        ClientCall<Message, Message> started = channel.newCall(stream, CallOptions.DEFAULT);
        if (call.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
            Message prototype =
                    ((MethodDescriptor.PrototypeMarshaller<Message>) stream.getRequestMarshaller()).getMessagePrototype();
            ClientCalls.asyncServerStreamingCall(started, filled(prototype), answers);
        } else {
            ClientCalls.asyncBidiStreamingCall(started, answers);
        }
        return outcome.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void nothingButTheCredentialTellsWhoCalls() {
        MethodDescriptor<?, ?> call = MilvusServiceGrpc.getListDatabasesMethod();
        for (String header : List.of(
                "sourceid", "x-forwarded-user", "x-internal", "x-remote-user", "user", "identifier", "token")) {
            for (String value : List.of("all", "root", base64("root:Milvus"), "@@milvus-member@@")) {
                assertThat(outcome(with(header, value), call))
                        .as(header)
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        }
    }

    @Test
    void credentialsComeInEveryFormThatClientsUse() {
        MethodDescriptor<?, ?> call = MilvusServiceGrpc.getGetVersionMethod();
        String password = "ann:" + GuardedEndpoint.PASSWORD;
        for (Channel channel : List.of(
                with("authorization", base64(password)),
                with("authorization", "Bearer " + password),
                with("authorization", "Basic " + base64(password)),
                with("authorization", base64("all")),
                with("authorization", "Bearer all"),
                with("authorization", "bearer all"),
                with("x-api-key", "all"))) {
            assertThat(outcome(channel, call)).isEqualTo(Status.Code.OK);
        }
        for (String wrong : List.of(
                base64("ann:wrong"),
                base64("nobody:" + GuardedEndpoint.PASSWORD),
                base64("ann"),
                "ann:" + GuardedEndpoint.PASSWORD,
                "Bearer",
                "Bearer ",
                base64("ann:\0"),
                base64("all\r\nx: y"),
                base64("plugin:x"),
                "x".repeat(7_000))) {
            assertThat(outcome(with("authorization", wrong), call))
                    .as(wrong.substring(0, Math.min(20, wrong.length())))
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void onlyTheActionOfTheCallLetsItPass() {
        server.endpoint.database.createDatabase(CallContext.of(Principal.ANONYMOUS), "other", Map.of());
        for (MethodDescriptor<?, ?> call : calls()) {
            Action action = action(call);
            boolean forEverybody = FOR_EVERYBODY.contains(action);
            String name = call.getFullMethodName() + " needs " + action;
            for (String wrong : List.of("nothing", "but-" + action.wireName())) {
                if (!forEverybody) {
                    assertThat(outcome(bearing(wrong), call))
                            .as(name + ", " + wrong)
                            .isIn(Status.Code.PERMISSION_DENIED, Status.Code.UNIMPLEMENTED);
                }
            }
            assertThat(outcome(bearing("only-" + action.wireName()), call))
                    .as(name)
                    .isNotIn(Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void callsThatAreMissingAreForThoseWhoAreSignedIn() {
        for (String path : List.of(
                "milvus.proto.milvus.MilvusService/NoSuchCall",
                "milvus.proto.milvus.MilvusService/CreateReplicateStream",
                "milvus.proto.milvus.MilvusService/DumpMessages",
                "grpc.health.v1.Health/Check",
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                "x/y")) {
            MethodDescriptor<?, ?> call = MilvusServiceGrpc.getListDatabasesMethod().toBuilder()
                    .setFullMethodName(path)
                    .build();
            assertThat(outcome(server.endpoint.channel, call)).as(path).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(outcome(bearing("nothing"), call)).as(path).isEqualTo(Status.Code.UNIMPLEMENTED);
        }
    }

    @Test
    void denialNamesUserActionAndResourceAndIsAnnounced() {
        server.events.clear();
        Status denied = status(bearing("only-Query"), "secrets");
        assertThat(denied.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(denied.getDescription())
                .contains("PrivilegeSearch: permission deny to bearer in the `default` database")
                .contains("user 'bearer' may not Search on collection 'secrets' of database 'default'");
        assertThat(server.events).anySatisfy(event -> assertThat(event)
                .isInstanceOfSatisfying(Event.AccessDenied.class, one -> {
                    assertThat(one.user()).isEqualTo("bearer");
                    assertThat(one.action()).isEqualTo(Action.SEARCH);
                    assertThat(one.resource().collection()).isEqualTo("secrets");
                    assertThat(one.reason()).isEqualTo("no such right");
                }));
    }

    private static Status status(Channel channel, String collection) {
        try {
            MilvusServiceGrpc.newBlockingStub(channel)
                    .search(org.elanus.milvus.proto.SearchRequest.newBuilder()
                            .setCollectionName(collection)
                            .build());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void refusedSignInIsAnnouncedWithoutTheSecret() {
        server.events.clear();
        outcome(with("authorization", base64("mallory:guess")), MilvusServiceGrpc.getGetVersionMethod());
        assertThat(server.events).singleElement().isInstanceOfSatisfying(Event.SignInRefused.class, event -> {
            assertThat(event.user()).isEqualTo("mallory");
            assertThat(event.remoteAddress()).isEqualTo("127.0.0.1");
            assertThat(event.toString()).doesNotContain("guess");
        });
    }

    @Test
    void guessingIsSlowedDownForUsersWhoAreThereAndWhoAreNot() {
        for (String user : List.of("ann", "no-such-user")) {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                try {
                    MilvusServiceGrpc.newBlockingStub(with("authorization", base64(user + ":guess" + i)))
                            .getVersion(org.elanus.milvus.proto.GetVersionRequest.getDefaultInstance());
                } catch (StatusRuntimeException e) {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                    answers.add(String.valueOf(e.getStatus().getDescription()));
                }
            }
            assertThat(answers).hasSize(50);
            assertThat(answers.getFirst()).contains("please check username [" + user + "]");
            assertThat(answers.stream().filter(text -> text.startsWith("too many failed attempts")).count())
                    .isGreaterThan(35);
        }
    }
}
