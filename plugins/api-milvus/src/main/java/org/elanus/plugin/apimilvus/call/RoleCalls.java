package org.elanus.plugin.apimilvus.call;

import java.util.List;
import java.util.function.Supplier;
import org.elanus.milvus.proto.AlterRoleRequest;
import org.elanus.milvus.proto.CreateRoleRequest;
import org.elanus.milvus.proto.DropRoleRequest;
import org.elanus.milvus.proto.GrantEntity;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.OperatePrivilegeRequest;
import org.elanus.milvus.proto.OperatePrivilegeType;
import org.elanus.milvus.proto.OperatePrivilegeV2Request;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.RoleResult;
import org.elanus.milvus.proto.SelectGrantRequest;
import org.elanus.milvus.proto.SelectGrantResponse;
import org.elanus.milvus.proto.SelectRoleRequest;
import org.elanus.milvus.proto.SelectRoleResponse;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.UserEntity;
import org.elanus.plugin.apimilvus.wire.GrantCodec;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;

/** Roles, and what they are granted. */
final class RoleCalls {

    /** Says that a grant of the first version's message is one of the second. */
    private static final String SECOND_VERSION = "v2";

    private final Supplier<AccessControl> access;

    RoleCalls(Supplier<AccessControl> access) {
        this.access = access;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateRoleMethod(), this::create)
                .serve(MilvusServiceGrpc.getAlterRoleMethod(), this::alter)
                .serve(MilvusServiceGrpc.getDropRoleMethod(), this::drop)
                .serve(MilvusServiceGrpc.getSelectRoleMethod(), this::select)
                .serve(MilvusServiceGrpc.getOperatePrivilegeMethod(), this::operate)
                .serve(MilvusServiceGrpc.getOperatePrivilegeV2Method(), this::operateSecondVersion)
                .serve(MilvusServiceGrpc.getSelectGrantMethod(), this::selectGrants);
    }

    private static String role(String name) {
        return Names.given("role", name);
    }

    private Status create(Scope scope, CreateRoleRequest request) {
        RoleEntity entity = request.getEntity();
        access.get().createRole(scope.context(), role(entity.getName()), entity.getDescription());
        return WireStatus.SUCCESS;
    }

    private Status alter(Scope scope, AlterRoleRequest request) {
        access.get().describeRole(scope.context(), role(request.getRoleName()), request.getDescription());
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropRoleRequest request) {
        access.get().dropRole(scope.context(), role(request.getRoleName()), request.getForceDrop());
        return WireStatus.SUCCESS;
    }

    /** A role that is not there is an empty answer, not an error. */
    private SelectRoleResponse select(Scope scope, SelectRoleRequest request) {
        List<RoleInfo> roles = request.hasRole()
                ? access.get().role(scope.context(), role(request.getRole().getName())).stream()
                        .toList()
                : access.get().roles(scope.context());
        SelectRoleResponse.Builder response =
                SelectRoleResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (RoleInfo role : roles) {
            RoleResult.Builder result = RoleResult.newBuilder()
                    .setRole(RoleEntity.newBuilder().setName(role.name()).setDescription(role.description()));
            if (request.getIncludeUserInfo()) {
                role.users().forEach(user -> result.addUsers(UserEntity.newBuilder().setName(user)));
            }
            response.addResults(result);
        }
        return response.build();
    }

    private Status operate(Scope scope, OperatePrivilegeRequest request) {
        GrantEntity entity = request.getEntity();
        CallContext context = scope.context(entity.getDbName());
        if (request.getVersion().equals(SECOND_VERSION)) {
            return operate(
                    context,
                    role(entity.getRole().getName()),
                    entity.getGrantor().getPrivilege().getName(),
                    entity.getObjectName(),
                    request.getType());
        }
        Grant grant = GrantCodec.decode(entity, context.database());
        switch (request.getType()) {
            case Grant -> access.get().grant(context, grant);
            case Revoke -> access.get().revoke(context, grant);
            case UNRECOGNIZED -> throw neither(request.getTypeValue());
        }
        return WireStatus.SUCCESS;
    }

    private Status operateSecondVersion(Scope scope, OperatePrivilegeV2Request request) {
        return operate(
                scope.context(request.getDbName()),
                role(request.getRole().getName()),
                request.getGrantor().getPrivilege().getName(),
                request.getCollectionName(),
                request.getType());
    }

    private Status operate(
            CallContext context, String role, String privilege, String collection, OperatePrivilegeType type) {
        String given = Names.given("privilege", privilege);
        String target = Names.given("collection", collection);
        switch (type) {
            case Grant -> access.get().grant(context, role, given, context.database(), target);
            case Revoke -> access.get().revoke(context, role, given, context.database(), target);
            case UNRECOGNIZED -> throw neither(-1);
        }
        return WireStatus.SUCCESS;
    }

    private static ElanusException neither(int type) {
        return ElanusException.invalid("the type in the request is neither grant nor revoke: %d", type);
    }

    /** The grants of a role in one database, and those in all; of one object when the request names it. */
    private SelectGrantResponse selectGrants(Scope scope, SelectGrantRequest request) {
        GrantEntity entity = request.getEntity();
        CallContext context = scope.context(entity.getDbName());
        String type = entity.getObject().getName();
        String name = entity.getObjectName();
        if (!type.isEmpty()) {
            GrantCodec.objectType(type);
        }
        SelectGrantResponse.Builder response =
                SelectGrantResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (Grant grant : access.get().grants(context, role(entity.getRole().getName()))) {
            boolean here = grant.database().equals(context.database())
                    || grant.database().equals(AccessControl.ANY)
                    || context.database().equals(AccessControl.ANY);
            boolean asked = type.isEmpty()
                    || (grant.objectType().wireName().equals(type)
                            && (name.isEmpty() || grant.objectName().equals(name)));
            if (here && asked) {
                response.addEntities(GrantCodec.encode(grant));
            }
        }
        return response.build();
    }
}
