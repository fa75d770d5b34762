package org.elanus.plugin.apimilvus.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.elanus.milvus.proto.CreateCredentialRequest;
import org.elanus.milvus.proto.DeleteCredentialRequest;
import org.elanus.milvus.proto.ListCredUsersRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.OperateUserRoleRequest;
import org.elanus.milvus.proto.OperateUserRoleType;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.SelectUserRequest;
import org.elanus.milvus.proto.UpdateCredentialRequest;
import org.elanus.milvus.proto.UserEntity;

/** {@code /v2/vectordb/users/}. Passwords are plain in JSON, and in Base64 only on gRPC. */
final class AccountRoutes {

    private AccountRoutes() {}

    static void add(Routes routes) {
        routes.post("users/list", AccountRoutes::list)
                .post("users/describe", AccountRoutes::describe)
                .post("users/create", AccountRoutes::create)
                .post("users/update_password", AccountRoutes::updatePassword)
                .post("users/drop", AccountRoutes::drop)
                .post("users/grant_role", call -> operateRole(call, OperateUserRoleType.AddUserToRole))
                .post("users/revoke_role", call -> operateRole(call, OperateUserRoleType.RemoveUserFromRole));
    }

    private static String user(RestCall call) {
        return call.body().requiredText("userName");
    }

    private static String base64(RestCall call, String member) {
        return Base64.getEncoder()
                .encodeToString(call.body().requiredText(member).getBytes(StandardCharsets.UTF_8));
    }

    private static Answer list(RestCall call) {
        return Answer.names(
                call.run(MilvusServiceGrpc.getListCredUsersMethod(), ListCredUsersRequest.getDefaultInstance())
                        .getUsernamesList());
    }

    /** The names of the user's roles. */
    private static Answer describe(RestCall call) {
        return Answer.names(call
                .run(
                        MilvusServiceGrpc.getSelectUserMethod(),
                        SelectUserRequest.newBuilder()
                                .setUser(UserEntity.newBuilder().setName(user(call)))
                                .setIncludeRoleInfo(true)
                                .build())
                .getResultsList()
                .stream()
                .flatMap(result -> result.getRolesList().stream())
                .map(RoleEntity::getName)
                .toList());
    }

    private static Answer create(RestCall call) {
        CreateCredentialRequest.Builder request = CreateCredentialRequest.newBuilder()
                .setUsername(user(call))
                .setPassword(base64(call, "password"));
        if (call.body().has("description")) {
            request.setDescription(call.body().text("description"));
        }
        call.run(MilvusServiceGrpc.getCreateCredentialMethod(), request.build());
        return Answer.DONE;
    }

    private static Answer updatePassword(RestCall call) {
        call.run(
                MilvusServiceGrpc.getUpdateCredentialMethod(),
                UpdateCredentialRequest.newBuilder()
                        .setUsername(user(call))
                        .setOldPassword(base64(call, "password"))
                        .setNewPassword(base64(call, "newPassword"))
                        .build());
        return Answer.DONE;
    }

    private static Answer drop(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDeleteCredentialMethod(),
                DeleteCredentialRequest.newBuilder().setUsername(user(call)).build());
        return Answer.DONE;
    }

    private static Answer operateRole(RestCall call, OperateUserRoleType type) {
        call.run(
                MilvusServiceGrpc.getOperateUserRoleMethod(),
                OperateUserRoleRequest.newBuilder()
                        .setUsername(user(call))
                        .setRoleName(call.body().requiredText("roleName"))
                        .setType(type)
                        .build());
        return Answer.DONE;
    }
}
