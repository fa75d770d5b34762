package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.elanus.milvus.proto.AddFileResourceRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.RunAnalyzerRequest;
import org.elanus.milvus.proto.TransferNodeRequest;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

/** What holds for every call. */
class ServiceTest extends ProtocolTest {

    @Test
    void contextCarriesHeadersAndDeadline() {
        server.clientWith("elanus-request-key", "k1")
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .insert(threeRows().build());
        CallContext context = server.database.lastContext.get();
        assertThat(context).isNotNull();
        assertThat(context.requestKey()).contains("k1");
        assertThat(context.requestId()).isNotEmpty();
        assertThat(context.deadlineNanos() - System.nanoTime()).isBetween(1L, TimeUnit.SECONDS.toNanos(30));
        server.clientWith("client-request-id", "mine").insert(threeRows().build());
        context = server.database.lastContext.get();
        assertThat(context).isNotNull();
        assertThat(context.requestId()).isEqualTo("mine");
        assertThat(context.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everyErrorOfTheDatabaseBecomesAStatus() {
        for (StandardErrorCode code : StandardErrorCode.values()) {
            server.database.failure.set(new ElanusException(code, "because"));
            if (code == StandardErrorCode.UNAUTHENTICATED) {
                assertThat(codeOf(() -> server.client.insert(threeRows().build())))
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                continue;
            }
            org.elanus.milvus.proto.Status status =
                    server.client.insert(threeRows().build()).getStatus();
            assertThat(status.getCode()).as(code.name()).isNotZero();
            assertThat(status.getReason()).contains("because");
        }
        server.database.failure.set(new IllegalStateException("internals"));
        org.elanus.milvus.proto.Status status =
                server.client.insert(threeRows().build()).getStatus();
        assertThat(status.getCode()).isEqualTo(65535);
        assertThat(status.getReason()).doesNotContain("internals");
    }

    private static Status.Code codeOf(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void textsToAnalyzeAndTheirTokensAreBounded() {
        org.elanus.milvus.proto.Status longest = server.client
                .runAnalyzer(RunAnalyzerRequest.newBuilder()
                        .addPlaceholder(ByteString.copyFromUtf8("a".repeat(1 << 20)))
                        .build())
                .getStatus();
        org.elanus.milvus.proto.Status tooLong = server.client
                .runAnalyzer(RunAnalyzerRequest.newBuilder()
                        .addPlaceholder(ByteString.copyFromUtf8("a".repeat(1 << 20)))
                        .addPlaceholder(ByteString.copyFromUtf8("b"))
                        .build())
                .getStatus();
        org.elanus.milvus.proto.Status tooMany = server.client
                .runAnalyzer(RunAnalyzerRequest.newBuilder()
                        .addPlaceholder(ByteString.copyFromUtf8("a ".repeat(1 << 19)))
                        .setWithDetail(true)
                        .build())
                .getStatus();
        assertThat(longest.getReason()).isEmpty();
        assertThat(tooLong.getReason()).contains("the texts to analyze have 1048577 bytes, at most 1048576");
        assertThat(tooMany.getReason()).contains("analyze less text");
    }

    @Test
    void callsThatAreMissingAnswerWithAStatus() {
        assertThat(server.client
                        .addFileResource(AddFileResourceRequest.getDefaultInstance())
                        .getCode())
                .isEqualTo(10);
        assertThat(server.client
                        .transferNode(TransferNodeRequest.getDefaultInstance())
                        .getCode())
                .isEqualTo(1100);
    }

    /** Tiers A and B of the protocol, which clients expect to be answered whatever happens. */
    private static final Set<String> COMMON = Set.of(
            "Connect",
            "ListDatabases",
            "AllocTimestamp",
            "CreateCollection",
            "DropCollection",
            "HasCollection",
            "DescribeCollection",
            "ShowCollections",
            "LoadCollection",
            "ReleaseCollection",
            "GetLoadingProgress",
            "GetLoadState",
            "GetCollectionStatistics",
            "CreateIndex",
            "DescribeIndex",
            "Insert",
            "Upsert",
            "Delete",
            "Search",
            "HybridSearch",
            "Query",
            "Flush",
            "GetFlushState",
            "GetVersion",
            "CheckHealth",
            "CreateDatabase",
            "DropDatabase",
            "DescribeDatabase",
            "AlterDatabase",
            "RenameCollection",
            "AlterCollection",
            "AlterCollectionField",
            "AddCollectionField",
            "TruncateCollection",
            "BatchDescribeCollection",
            "CreatePartition",
            "DropPartition",
            "HasPartition",
            "ShowPartitions",
            "LoadPartitions",
            "ReleasePartitions",
            "GetPartitionStatistics",
            "CreateAlias",
            "DropAlias",
            "AlterAlias",
            "DescribeAlias",
            "ListAliases",
            "DropIndex",
            "AlterIndex",
            "GetIndexStatistics",
            "FlushAll",
            "GetFlushAllState",
            "RunAnalyzer",
            "ManualCompaction",
            "GetCompactionState",
            "GetCompactionStateWithPlans",
            "GetPersistentSegmentInfo",
            "GetQuerySegmentInfo",
            "CreateCredential",
            "UpdateCredential",
            "DeleteCredential",
            "ListCredUsers",
            "CreateRole",
            "DropRole",
            "OperateUserRole",
            "SelectRole",
            "SelectUser",
            "OperatePrivilege",
            "OperatePrivilegeV2",
            "SelectGrant",
            "CreatePrivilegeGroup",
            "DropPrivilegeGroup",
            "ListPrivilegeGroups",
            "OperatePrivilegeGroup");

    @Test
    void everyCommonCallAnswersAnEmptyRequestWithAMessage() {
        int answered = 0;
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            if (COMMON.contains(String.valueOf(method.getBareMethodName()))) {
                Message answer = callEmpty(method);
                assertThat(answer).as(method.getFullMethodName()).isNotNull();
                answered++;
            }
        }
        assertThat(answered).isEqualTo(COMMON.size());
    }

    @SuppressWarnings("unchecked") // an empty request can be made for any method
    private static Message callEmpty(MethodDescriptor<?, ?> method) {
        MethodDescriptor<Message, Message> any = (MethodDescriptor<Message, Message>) method;
        Message empty = (Message)
                ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
        return ClientCalls.blockingUnaryCall(server.channel, any, io.grpc.CallOptions.DEFAULT, empty);
    }
}
