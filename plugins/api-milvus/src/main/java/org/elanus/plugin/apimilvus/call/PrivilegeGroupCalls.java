package org.elanus.plugin.apimilvus.call;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.elanus.milvus.proto.BackupRBACMetaRequest;
import org.elanus.milvus.proto.BackupRBACMetaResponse;
import org.elanus.milvus.proto.CreatePrivilegeGroupRequest;
import org.elanus.milvus.proto.DropPrivilegeGroupRequest;
import org.elanus.milvus.proto.ListPrivilegeGroupsRequest;
import org.elanus.milvus.proto.ListPrivilegeGroupsResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.OperatePrivilegeGroupRequest;
import org.elanus.milvus.proto.PrivilegeEntity;
import org.elanus.milvus.proto.RestoreRBACMetaRequest;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.GrantCodec;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.error.ElanusException;

/** Groups of privileges, and everything about users and roles at once. */
final class PrivilegeGroupCalls {

    private final Supplier<AccessControl> access;

    PrivilegeGroupCalls(Supplier<AccessControl> access) {
        this.access = access;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreatePrivilegeGroupMethod(), this::create)
                .serve(MilvusServiceGrpc.getDropPrivilegeGroupMethod(), this::drop)
                .serve(MilvusServiceGrpc.getListPrivilegeGroupsMethod(), this::list)
                .serve(MilvusServiceGrpc.getOperatePrivilegeGroupMethod(), this::operate)
                .serve(MilvusServiceGrpc.getBackupRBACMethod(), this::backup)
                .serve(MilvusServiceGrpc.getRestoreRBACMethod(), this::restore);
    }

    private static String group(String name) {
        return Names.given("privilege group", name);
    }

    private Status create(Scope scope, CreatePrivilegeGroupRequest request) {
        access.get().createPrivilegeGroup(scope.context(), group(request.getGroupName()));
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropPrivilegeGroupRequest request) {
        access.get().dropPrivilegeGroup(scope.context(), group(request.getGroupName()));
        return WireStatus.SUCCESS;
    }

    private ListPrivilegeGroupsResponse list(Scope scope, ListPrivilegeGroupsRequest request) {
        ListPrivilegeGroupsResponse.Builder response =
                ListPrivilegeGroupsResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (PrivilegeGroup group : access.get().privilegeGroups(scope.context())) {
            response.addPrivilegeGroups(GrantCodec.encode(group));
        }
        return response.build();
    }

    private Status operate(Scope scope, OperatePrivilegeGroupRequest request) {
        String group = group(request.getGroupName());
        Set<String> privileges = new TreeSet<>();
        for (PrivilegeEntity privilege : request.getPrivilegesList()) {
            privileges.add(Names.given("privilege", privilege.getName()));
        }
        switch (request.getType()) {
            case AddPrivilegesToGroup -> access.get().addPrivileges(scope.context(), group, privileges);
            case RemovePrivilegesFromGroup -> access.get().removePrivileges(scope.context(), group, privileges);
            case UNRECOGNIZED ->
                throw ElanusException.invalid("invalid operate privilege group type %d", request.getTypeValue());
        }
        return WireStatus.SUCCESS;
    }

    private BackupRBACMetaResponse backup(Scope scope, BackupRBACMetaRequest request) {
        return BackupRBACMetaResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setRBACMeta(GrantCodec.encode(access.get().backup(scope.context())))
                .build();
    }

    private Status restore(Scope scope, RestoreRBACMetaRequest request) {
        access.get().restore(scope.context(), GrantCodec.decode(request.getRBACMeta()));
        return WireStatus.SUCCESS;
    }
}
