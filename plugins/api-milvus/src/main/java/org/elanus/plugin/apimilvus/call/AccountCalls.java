package org.elanus.plugin.apimilvus.call;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.elanus.milvus.proto.CreateCredentialRequest;
import org.elanus.milvus.proto.DeleteCredentialRequest;
import org.elanus.milvus.proto.ListCredUsersRequest;
import org.elanus.milvus.proto.ListCredUsersResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.OperateUserRoleRequest;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.SelectUserRequest;
import org.elanus.milvus.proto.SelectUserResponse;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.UpdateCredentialRequest;
import org.elanus.milvus.proto.UserEntity;
import org.elanus.milvus.proto.UserResult;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.UserInfo;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Users: what the protocol calls credentials. Passwords come in Base64, which hides nothing. */
final class AccountCalls {

    /** In characters of Base64; longer ones are not decoded. */
    private static final int LONGEST_PASSWORD = 1_024;

    private final Supplier<AccessControl> access;

    AccountCalls(Supplier<AccessControl> access) {
        this.access = access;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateCredentialMethod(), this::create)
                .serve(MilvusServiceGrpc.getUpdateCredentialMethod(), this::update)
                .serve(MilvusServiceGrpc.getDeleteCredentialMethod(), this::delete)
                .serve(MilvusServiceGrpc.getListCredUsersMethod(), this::list)
                .serve(MilvusServiceGrpc.getSelectUserMethod(), this::select)
                .serve(MilvusServiceGrpc.getOperateUserRoleMethod(), this::operateRole);
    }

    private Status create(Scope scope, CreateCredentialRequest request) {
        access.get().createUser(
                scope.context(),
                Names.given("user", request.getUsername()),
                password("password", request.getPassword()),
                request.getDescription());
        return WireStatus.SUCCESS;
    }

    /** Without passwords and with a description, it is the description alone that changes. */
    private Status update(Scope scope, UpdateCredentialRequest request) {
        CallContext context = scope.context();
        String user = Names.given("user", request.getUsername());
        boolean passwords = !request.getOldPassword().isEmpty()
                || !request.getNewPassword().isEmpty();
        if (passwords || !request.hasDescription()) {
            try {
                access.get().updatePassword(
                        context,
                        user,
                        password("old password", request.getOldPassword()),
                        password("new password", request.getNewPassword()));
            } catch (ElanusException e) {
                if (e.code() == StandardErrorCode.UNAUTHENTICATED) {
                    // The caller is known: not an error of gRPC, as a missing sign-in is.
                    return WireStatus.of(e, Map.of(), scope.requestId());
                }
                throw e;
            }
        }
        if (request.hasDescription()) {
            access.get().describeUser(context, user, request.getDescription());
        }
        return WireStatus.SUCCESS;
    }

    private static String password(String what, String base64) {
        if (base64.length() > LONGEST_PASSWORD) {
            throw ElanusException.invalid(
                    "the %s has %d characters in Base64; at most %d are allowed",
                    what, base64.length(), LONGEST_PASSWORD);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw ElanusException.invalid("the %s is not text in UTF-8 and Base64", what);
        }
    }

    private Status delete(Scope scope, DeleteCredentialRequest request) {
        access.get().dropUser(scope.context(), Names.given("user", request.getUsername()));
        return WireStatus.SUCCESS;
    }

    private ListCredUsersResponse list(Scope scope, ListCredUsersRequest request) {
        return ListCredUsersResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .addAllUsernames(access.get().users(scope.context().with(Action.SELECT_OWNERSHIP)).stream()
                        .map(UserInfo::name)
                        .toList())
                .build();
    }

    /** A user that is not there is an empty answer, not an error. */
    private SelectUserResponse select(Scope scope, SelectUserRequest request) {
        List<UserInfo> users = request.hasUser()
                ? access.get().user(scope.context(), Names.given("user", request.getUser().getName())).stream()
                        .toList()
                : access.get().users(scope.context());
        SelectUserResponse.Builder response =
                SelectUserResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (UserInfo user : users) {
            UserResult.Builder result = UserResult.newBuilder()
                    .setUser(UserEntity.newBuilder().setName(user.name()))
                    .setDescription(user.description());
            if (request.getIncludeRoleInfo()) {
                user.roles().forEach(role -> result.addRoles(RoleEntity.newBuilder().setName(role)));
            }
            response.addResults(result);
        }
        return response.build();
    }

    private Status operateRole(Scope scope, OperateUserRoleRequest request) {
        String user = Names.given("user", request.getUsername());
        String role = Names.given("role", request.getRoleName());
        switch (request.getType()) {
            case AddUserToRole -> access.get().assignRole(scope.context(), user, role);
            case RemoveUserFromRole -> access.get().unassignRole(scope.context(), user, role);
            case UNRECOGNIZED ->
                throw ElanusException.invalid("invalid operate user role type %d", request.getTypeValue());
        }
        return WireStatus.SUCCESS;
    }
}
