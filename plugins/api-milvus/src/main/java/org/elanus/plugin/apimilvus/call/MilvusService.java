package org.elanus.plugin.apimilvus.call;

import io.grpc.ServerServiceDefinition;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.spi.database.Database;

/**
 * The Milvus service over a database. Calls that clients commonly make and that this server does not have are answered
 * with a status; rare ones are left to gRPC, which answers UNIMPLEMENTED.
 */
public final class MilvusService {

    private MilvusService() {}

    /** The service alone. */
    public static ServerServiceDefinition over(Database database, CallRuntime runtime) {
        return commands(database, runtime).service();
    }

    public static Commands commands(Database database, CallRuntime runtime) {
        Calls calls = new Calls(runtime);
        new SystemCalls(database).add(calls);
        new DatabaseCalls(database).add(calls);
        new CollectionCalls(database).add(calls);
        new LoadCalls(database).add(calls);
        new PartitionCalls(database).add(calls);
        new AliasCalls(database).add(calls);
        new IndexCalls(database).add(calls);
        new DataCalls(database).add(calls);
        new SearchCalls(database).add(calls);
        new FlushCalls(database).add(calls);
        new StorageCalls(database).add(calls);
        declineSecurity(calls);
        calls.decline(
                MilvusServiceGrpc.getRunAnalyzerMethod(),
                MilvusServiceGrpc.getAddCollectionFunctionMethod(),
                MilvusServiceGrpc.getAlterCollectionFunctionMethod(),
                MilvusServiceGrpc.getDropCollectionFunctionMethod(),
                MilvusServiceGrpc.getGetReplicasMethod(),
                MilvusServiceGrpc.getGetMetricsMethod(),
                MilvusServiceGrpc.getLoadBalanceMethod(),
                MilvusServiceGrpc.getImportMethod(),
                MilvusServiceGrpc.getGetImportStateMethod(),
                MilvusServiceGrpc.getListImportTasksMethod(),
                MilvusServiceGrpc.getListResourceGroupsMethod(),
                MilvusServiceGrpc.getDescribeResourceGroupMethod());
        return calls.commands();
    }

    private static void declineSecurity(Calls calls) {
        calls.decline(
                MilvusServiceGrpc.getCreateCredentialMethod(),
                MilvusServiceGrpc.getUpdateCredentialMethod(),
                MilvusServiceGrpc.getDeleteCredentialMethod(),
                MilvusServiceGrpc.getListCredUsersMethod(),
                MilvusServiceGrpc.getCreateRoleMethod(),
                MilvusServiceGrpc.getDropRoleMethod(),
                MilvusServiceGrpc.getOperateUserRoleMethod(),
                MilvusServiceGrpc.getSelectRoleMethod(),
                MilvusServiceGrpc.getSelectUserMethod(),
                MilvusServiceGrpc.getOperatePrivilegeMethod(),
                MilvusServiceGrpc.getOperatePrivilegeV2Method(),
                MilvusServiceGrpc.getSelectGrantMethod(),
                MilvusServiceGrpc.getCreatePrivilegeGroupMethod(),
                MilvusServiceGrpc.getDropPrivilegeGroupMethod(),
                MilvusServiceGrpc.getListPrivilegeGroupsMethod(),
                MilvusServiceGrpc.getOperatePrivilegeGroupMethod());
    }
}
