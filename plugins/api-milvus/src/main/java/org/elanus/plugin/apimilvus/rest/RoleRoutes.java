package org.elanus.plugin.apimilvus.rest;

import java.util.List;
import org.elanus.milvus.proto.AlterRoleRequest;
import org.elanus.milvus.proto.CreatePrivilegeGroupRequest;
import org.elanus.milvus.proto.CreateRoleRequest;
import org.elanus.milvus.proto.DropPrivilegeGroupRequest;
import org.elanus.milvus.proto.DropRoleRequest;
import org.elanus.milvus.proto.GrantEntity;
import org.elanus.milvus.proto.GrantorEntity;
import org.elanus.milvus.proto.ListPrivilegeGroupsRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ObjectEntity;
import org.elanus.milvus.proto.OperatePrivilegeGroupRequest;
import org.elanus.milvus.proto.OperatePrivilegeGroupType;
import org.elanus.milvus.proto.OperatePrivilegeRequest;
import org.elanus.milvus.proto.OperatePrivilegeType;
import org.elanus.milvus.proto.OperatePrivilegeV2Request;
import org.elanus.milvus.proto.PrivilegeEntity;
import org.elanus.milvus.proto.PrivilegeGroupInfo;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.SelectGrantRequest;
import org.elanus.milvus.proto.SelectRoleRequest;

/** {@code /v2/vectordb/} with {@code roles/} and {@code privilege_groups/}. */
final class RoleRoutes {

    private RoleRoutes() {}

    static void add(Routes routes) {
        routes.post("roles/list", RoleRoutes::list)
                .post("roles/describe", RoleRoutes::describe)
                .post("roles/create", RoleRoutes::create)
                .post("roles/alter", RoleRoutes::alter)
                .post("roles/drop", RoleRoutes::drop)
                .post("roles/grant_privilege", call -> operate(call, OperatePrivilegeType.Grant))
                .post("roles/revoke_privilege", call -> operate(call, OperatePrivilegeType.Revoke))
                .post("roles/grant_privilege_v2", call -> operateSecondVersion(call, OperatePrivilegeType.Grant))
                .post("roles/revoke_privilege_v2", call -> operateSecondVersion(call, OperatePrivilegeType.Revoke))
                .post("privilege_groups/create", RoleRoutes::createGroup)
                .post("privilege_groups/drop", RoleRoutes::dropGroup)
                .post("privilege_groups/list", RoleRoutes::listGroups)
                .post(
                        "privilege_groups/add_privileges_to_group",
                        call -> operateGroup(call, OperatePrivilegeGroupType.AddPrivilegesToGroup))
                .post(
                        "privilege_groups/remove_privileges_from_group",
                        call -> operateGroup(call, OperatePrivilegeGroupType.RemovePrivilegesFromGroup));
    }

    private static String roleName(RestCall call) {
        return call.body().requiredText("roleName");
    }

    private static RoleEntity role(RestCall call) {
        return RoleEntity.newBuilder().setName(roleName(call)).build();
    }

    private static GrantorEntity privilege(RestCall call) {
        return GrantorEntity.newBuilder()
                .setPrivilege(PrivilegeEntity.newBuilder().setName(call.body().requiredText("privilege")))
                .build();
    }

    private static Answer list(RestCall call) {
        return Answer.names(
                call.run(MilvusServiceGrpc.getSelectRoleMethod(), SelectRoleRequest.getDefaultInstance())
                        .getResultsList()
                        .stream()
                        .map(result -> result.getRole().getName())
                        .toList());
    }

    /** What the role is granted. */
    private static Answer describe(RestCall call) {
        List<GrantEntity> grants = call.run(
                        MilvusServiceGrpc.getSelectGrantMethod(),
                        SelectGrantRequest.newBuilder()
                                .setEntity(GrantEntity.newBuilder()
                                        .setRole(role(call))
                                        .setDbName(call.database()))
                                .build())
                .getEntitiesList();
        return Answer.data(generator -> {
            generator.writeStartArray();
            for (GrantEntity grant : grants) {
                generator.writeStartObject();
                generator.writeStringField("dbName", grant.getDbName());
                generator.writeStringField("objectType", grant.getObject().getName());
                generator.writeStringField("objectName", grant.getObjectName());
                generator.writeStringField("privilege", grant.getGrantor().getPrivilege().getName());
                generator.writeStringField("grantor", grant.getGrantor().getUser().getName());
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }

    private static Answer create(RestCall call) {
        call.run(
                MilvusServiceGrpc.getCreateRoleMethod(),
                CreateRoleRequest.newBuilder()
                        .setEntity(RoleEntity.newBuilder()
                                .setName(roleName(call))
                                .setDescription(call.body().text("description")))
                        .build());
        return Answer.DONE;
    }

    private static Answer alter(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterRoleMethod(),
                AlterRoleRequest.newBuilder()
                        .setRoleName(roleName(call))
                        .setDescription(call.body().text("description"))
                        .build());
        return Answer.DONE;
    }

    private static Answer drop(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropRoleMethod(),
                DropRoleRequest.newBuilder()
                        .setRoleName(roleName(call))
                        .setForceDrop(call.body().flag("forceDrop", false))
                        .build());
        return Answer.DONE;
    }

    private static Answer operate(RestCall call, OperatePrivilegeType type) {
        call.run(
                MilvusServiceGrpc.getOperatePrivilegeMethod(),
                OperatePrivilegeRequest.newBuilder()
                        .setEntity(GrantEntity.newBuilder()
                                .setRole(role(call))
                                .setObject(ObjectEntity.newBuilder()
                                        .setName(call.body().requiredText("objectType")))
                                .setObjectName(call.body().requiredText("objectName"))
                                .setDbName(call.database())
                                .setGrantor(privilege(call)))
                        .setType(type)
                        .build());
        return Answer.DONE;
    }

    private static Answer operateSecondVersion(RestCall call, OperatePrivilegeType type) {
        call.run(
                MilvusServiceGrpc.getOperatePrivilegeV2Method(),
                OperatePrivilegeV2Request.newBuilder()
                        .setRole(role(call))
                        .setGrantor(privilege(call))
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setType(type)
                        .build());
        return Answer.DONE;
    }

    private static String groupName(RestCall call) {
        return call.body().requiredText("privilegeGroupName");
    }

    private static Answer createGroup(RestCall call) {
        call.run(
                MilvusServiceGrpc.getCreatePrivilegeGroupMethod(),
                CreatePrivilegeGroupRequest.newBuilder()
                        .setGroupName(groupName(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer dropGroup(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropPrivilegeGroupMethod(),
                DropPrivilegeGroupRequest.newBuilder()
                        .setGroupName(groupName(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer listGroups(RestCall call) {
        List<PrivilegeGroupInfo> groups = call.run(
                        MilvusServiceGrpc.getListPrivilegeGroupsMethod(),
                        ListPrivilegeGroupsRequest.getDefaultInstance())
                .getPrivilegeGroupsList();
        return Answer.object(generator -> {
            generator.writeArrayFieldStart("privilegeGroups");
            for (PrivilegeGroupInfo group : groups) {
                generator.writeStartObject();
                generator.writeStringField("privilegeGroupName", group.getGroupName());
                generator.writeStringField(
                        "privileges",
                        String.join(
                                ",",
                                group.getPrivilegesList().stream()
                                        .map(PrivilegeEntity::getName)
                                        .toList()));
                generator.writeEndObject();
            }
            generator.writeEndArray();
        });
    }

    private static Answer operateGroup(RestCall call, OperatePrivilegeGroupType type) {
        call.run(
                MilvusServiceGrpc.getOperatePrivilegeGroupMethod(),
                OperatePrivilegeGroupRequest.newBuilder()
                        .setGroupName(groupName(call))
                        .addAllPrivileges(call.body().requiredTexts("privileges").stream()
                                .map(name -> PrivilegeEntity.newBuilder()
                                        .setName(name)
                                        .build())
                                .toList())
                        .setType(type)
                        .build());
        return Answer.DONE;
    }
}
