package org.elanus.plugin.apimilvus.call;

import io.grpc.ServerServiceDefinition;
import java.util.function.Supplier;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.database.Database;

/**
 * The Milvus service over a database. Calls that this server does not have are answered with a status that says so; those
 * that the protocol's definition does not have, and streams, are left to gRPC, which answers UNIMPLEMENTED.
 */
public final class MilvusService {

    private MilvusService() {}

    /** The service alone. */
    public static ServerServiceDefinition over(Database database, CallRuntime runtime) {
        return commands(database, runtime).service();
    }

    public static Commands commands(Database database, CallRuntime runtime) {
        return calls(database, runtime).commands();
    }

    static Calls calls(Database database, CallRuntime runtime) {
        Supplier<AccessControl> access = runtime.door()::accessControl;
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
        new ClusterCalls(database).add(calls);
        new ResourceGroups().add(calls);
        new AnalyzerCalls(database).add(calls);
        new AccountCalls(access).add(calls);
        new RoleCalls(access).add(calls);
        new PrivilegeGroupCalls(access).add(calls);
        return calls.declineOthers();
    }
}
