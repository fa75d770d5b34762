package org.elanus.plugin.apimilvus.call;

import java.util.List;
import org.elanus.milvus.proto.AllocTimestampRequest;
import org.elanus.milvus.proto.AllocTimestampResponse;
import org.elanus.milvus.proto.CheckHealthRequest;
import org.elanus.milvus.proto.CheckHealthResponse;
import org.elanus.milvus.proto.ComponentInfo;
import org.elanus.milvus.proto.ComponentStates;
import org.elanus.milvus.proto.ConnectRequest;
import org.elanus.milvus.proto.ConnectResponse;
import org.elanus.milvus.proto.GetComponentStatesRequest;
import org.elanus.milvus.proto.GetVersionRequest;
import org.elanus.milvus.proto.GetVersionResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ServerInfo;
import org.elanus.milvus.proto.StateCode;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.SpiVersion;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;

/** The handshake, versions, health. */
final class SystemCalls {

    /** Clients parse it and choose features by it, so it is the version of the protocol that is served. */
    static final String MILVUS_VERSION = "v2.6.20";

    private final Database database;

    SystemCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getConnectMethod(), this::connect)
                .serveAtOnce(MilvusServiceGrpc.getGetVersionMethod(), this::version)
                .serve(MilvusServiceGrpc.getCheckHealthMethod(), this::health)
                .serve(MilvusServiceGrpc.getGetComponentStatesMethod(), this::components)
                .serve(MilvusServiceGrpc.getAllocTimestampMethod(), this::allocateTimestamp);
    }

    private ConnectResponse connect(Scope scope, ConnectRequest request) {
        CallContext context = scope.context();
        database.database(context, context.database()); // a database that does not exist is refused here
        String own = SystemCalls.class.getPackage().getImplementationVersion();
        return ConnectResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setIdentifier(
                        database.allocateTimestamp(context)) // any number but 0, which tells Node of an old server
                .setServerInfo(ServerInfo.newBuilder()
                        .setBuildTags(MILVUS_VERSION)
                        .setDeployMode("STANDALONE")
                        .putReserved("server", "elanus")
                        .putReserved("elanus_version", own == null ? SpiVersion.CURRENT : own))
                .build();
    }

    private GetVersionResponse version(Scope scope, GetVersionRequest request) {
        return GetVersionResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setVersion(MILVUS_VERSION)
                .build();
    }

    private CheckHealthResponse health(Scope scope, CheckHealthRequest request) {
        List<String> reasons = sickness(scope);
        return CheckHealthResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setIsHealthy(reasons.isEmpty())
                .addAllReasons(reasons)
                .build();
    }

    private ComponentStates components(Scope scope, GetComponentStatesRequest request) {
        StateCode state = sickness(scope).isEmpty() ? StateCode.Healthy : StateCode.Abnormal;
        return ComponentStates.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setState(ComponentInfo.newBuilder().setRole("standalone").setStateCode(state))
                .build();
    }

    /** What is wrong; empty when all is well. */
    private List<String> sickness(Scope scope) {
        try {
            database.databases(scope.context());
            return List.of();
        } catch (ElanusException e) {
            return List.of(e.code().name() + ": " + e.getMessage());
        }
    }

    private AllocTimestampResponse allocateTimestamp(Scope scope, AllocTimestampRequest request) {
        return AllocTimestampResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setTimestamp(database.allocateTimestamp(scope.context()))
                .build();
    }
}
