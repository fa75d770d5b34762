package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.elanus.milvus.proto.BackupRBACMetaRequest;
import org.elanus.milvus.proto.CreateCredentialRequest;
import org.elanus.milvus.proto.GrantEntity;
import org.elanus.milvus.proto.GrantorEntity;
import org.elanus.milvus.proto.ListCredUsersRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ObjectEntity;
import org.elanus.milvus.proto.OperatePrivilegeGroupRequest;
import org.elanus.milvus.proto.OperatePrivilegeGroupType;
import org.elanus.milvus.proto.OperatePrivilegeRequest;
import org.elanus.milvus.proto.OperatePrivilegeType;
import org.elanus.milvus.proto.OperatePrivilegeV2Request;
import org.elanus.milvus.proto.OperateUserRoleRequest;
import org.elanus.milvus.proto.OperateUserRoleType;
import org.elanus.milvus.proto.PrivilegeEntity;
import org.elanus.milvus.proto.RBACMeta;
import org.elanus.milvus.proto.RestoreRBACMetaRequest;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.SelectGrantRequest;
import org.elanus.milvus.proto.SelectUserRequest;
import org.elanus.milvus.proto.SelectUserResponse;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.UpdateCredentialRequest;
import org.elanus.milvus.proto.UserEntity;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.MilvusService;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.elanus.plugin.apimilvus.call.Scope;
import org.elanus.plugin.apimilvus.wire.GrantCodec;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.auth.UserInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

/** What the calls about users and roles ask the host for. */
class AccessCallsTest {

    private final RecordedAccess access = new RecordedAccess();
    private final TestHost host = new TestHost(Endpoint.config(0));
    private final CallRuntime runtime = new CallRuntime(
            Executors.newVirtualThreadPerTaskExecutor(),
            host,
            1 << 20,
            host,
            RequestBudget.ofHeap(),
            new OpenDoor(access.control));
    private final Commands commands = MilvusService.commands(new MemoryDatabase(), runtime);
    private final Metadata headers = new Metadata();

    private <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
        return commands.call(new Scope(runtime, headers, Long.MAX_VALUE), method, request);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Status create(String password) {
        return call(
                MilvusServiceGrpc.getCreateCredentialMethod(),
                CreateCredentialRequest.newBuilder()
                        .setUsername("ann")
                        .setPassword(password)
                        .build());
    }

    @Test
    void passwordsComeInBase64() {
        assertThat(create(base64("pässword")).getCode()).isZero();
        assertThat(access.last()).isEqualTo("createUser [ann, pässword, ]");
        for (String wrong : List.of("not base64!", base64("x".repeat(2_000)), Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, (byte) 0xfe}))) {
            Status status = create(wrong);
            assertThat(status.getCode()).isEqualTo(1100);
            assertThat(status.getReason()).doesNotContain(wrong);
        }
        assertThat(access.calls).hasSize(1);
    }

    @Test
    void aWrongOldPasswordIsAStatusAndNoErrorOfGrpc() {
        UpdateCredentialRequest request = UpdateCredentialRequest.newBuilder()
                .setUsername("ann")
                .setOldPassword(base64("old password"))
                .setNewPassword(base64("new password"))
                .build();
        access.failure = new ElanusException(StandardErrorCode.UNAUTHENTICATED, "old password not correct");
        Status status = call(MilvusServiceGrpc.getUpdateCredentialMethod(), request);
        assertThat(status.getCode()).isEqualTo(1400);
        assertThat(status.getReason()).contains("old password not correct");
    }

    @Test
    void aDescriptionChangesWithoutPasswords() {
        call(
                MilvusServiceGrpc.getUpdateCredentialMethod(),
                UpdateCredentialRequest.newBuilder()
                        .setUsername("ann")
                        .setDescription("Ann")
                        .build());
        assertThat(access.calls).containsExactly("describeUser [ann, Ann]");
    }

    @Test
    void namesOfUsersAreAnotherActionThanUsers() {
        access.answers.put("users", List.of(new UserInfo("ann", "", List.of("reader"))));
        assertThat(call(MilvusServiceGrpc.getListCredUsersMethod(), ListCredUsersRequest.getDefaultInstance())
                        .getUsernamesList())
                .containsExactly("ann");
        assertThat(access.last()).isEqualTo("users for SelectOwnership []");
        SelectUserResponse users = call(
                MilvusServiceGrpc.getSelectUserMethod(),
                SelectUserRequest.newBuilder().setIncludeRoleInfo(true).build());
        assertThat(access.last()).isEqualTo("users for SelectUser []");
        assertThat(users.getResults(0).getRoles(0).getName()).isEqualTo("reader");
        access.answers.put("user", Optional.empty());
        assertThat(call(
                                MilvusServiceGrpc.getSelectUserMethod(),
                                SelectUserRequest.newBuilder()
                                        .setUser(UserEntity.newBuilder().setName("ben"))
                                        .build())
                        .getResultsList())
                .isEmpty();
        assertThat(access.last()).isEqualTo("user [ben]");
    }

    @Test
    void rolesAreGivenAndTaken() {
        for (OperateUserRoleType type : List.of(OperateUserRoleType.AddUserToRole, OperateUserRoleType.RemoveUserFromRole)) {
            call(
                    MilvusServiceGrpc.getOperateUserRoleMethod(),
                    OperateUserRoleRequest.newBuilder()
                            .setUsername("ann")
                            .setRoleName("reader")
                            .setType(type)
                            .build());
        }
        assertThat(access.calls).containsExactly("assignRole [ann, reader]", "unassignRole [ann, reader]");
        assertThat(call(
                                MilvusServiceGrpc.getOperateUserRoleMethod(),
                                OperateUserRoleRequest.newBuilder()
                                        .setUsername("ann")
                                        .setRoleName("reader")
                                        .setTypeValue(7)
                                        .build())
                        .getCode())
                .isEqualTo(1100);
    }

    private static GrantEntity.Builder grant(String type, String name, String privilege) {
        return GrantEntity.newBuilder()
                .setRole(RoleEntity.newBuilder().setName("reader"))
                .setObject(ObjectEntity.newBuilder().setName(type))
                .setObjectName(name)
                .setGrantor(GrantorEntity.newBuilder()
                        .setPrivilege(PrivilegeEntity.newBuilder().setName(privilege)));
    }

    @Test
    void aGrantIsInTheDatabaseOfTheRequestOrOfTheHeaderOrInTheDefaultOne() {
        OperatePrivilegeRequest request = OperatePrivilegeRequest.newBuilder()
                .setEntity(grant("Collection", "books", "Search"))
                .build();
        call(MilvusServiceGrpc.getOperatePrivilegeMethod(), request);
        assertThat(access.last()).startsWith("grant [Grant[role=reader, objectType=COLLECTION, objectName=books, "
                + "privilege=Search, database=default,");
        headers.put(Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER), "library");
        call(MilvusServiceGrpc.getOperatePrivilegeMethod(), request);
        assertThat(access.last()).contains("database=library");
        call(
                MilvusServiceGrpc.getOperatePrivilegeMethod(),
                request.toBuilder()
                        .setEntity(grant("Collection", "books", "Search").setDbName("*"))
                        .setType(OperatePrivilegeType.Revoke)
                        .build());
        assertThat(access.last()).startsWith("revoke").contains("database=*");
        Status status = call(
                MilvusServiceGrpc.getOperatePrivilegeMethod(),
                request.toBuilder().setEntity(grant("Table", "books", "Search")).build());
        assertThat(status.getCode()).isEqualTo(1100);
        assertThat(status.getReason()).contains("Table", "Collection, Global, User");
    }

    @Test
    void aGrantOfTheSecondVersionHasNoObjectType() {
        OperatePrivilegeV2Request request = OperatePrivilegeV2Request.newBuilder()
                .setRole(RoleEntity.newBuilder().setName("reader"))
                .setGrantor(GrantorEntity.newBuilder()
                        .setPrivilege(PrivilegeEntity.newBuilder().setName("CollectionReadOnly")))
                .setDbName("*")
                .setCollectionName("*")
                .build();
        call(MilvusServiceGrpc.getOperatePrivilegeV2Method(), request);
        call(
                MilvusServiceGrpc.getOperatePrivilegeV2Method(),
                request.toBuilder()
                        .setType(OperatePrivilegeType.Revoke)
                        .setDbName("")
                        .build());
        assertThat(access.calls)
                .containsExactly(
                        "grant [reader, CollectionReadOnly, *, *]", "revoke [reader, CollectionReadOnly, default, *]");
    }

    @Test
    void grantsOfOneDatabaseOrOneObjectAreSelected() {
        access.answers.put(
                "grants",
                List.of(
                        new Grant("reader", Action.ObjectType.COLLECTION, "books", "Search", "default", "root"),
                        new Grant("reader", Action.ObjectType.COLLECTION, "films", "Search", "default", "root"),
                        new Grant("reader", Action.ObjectType.COLLECTION, "books", "Query", "*", "root"),
                        new Grant("reader", Action.ObjectType.COLLECTION, "books", "Insert", "other", "root")));
        assertThat(select(GrantEntity.newBuilder())).containsExactly("Search", "Search", "Query");
        assertThat(select(GrantEntity.newBuilder().setDbName("*"))).hasSize(4);
        assertThat(select(GrantEntity.newBuilder()
                        .setObject(ObjectEntity.newBuilder().setName("Collection"))
                        .setObjectName("books")))
                .containsExactly("Search", "Query");
    }

    private List<String> select(GrantEntity.Builder entity) {
        return call(
                        MilvusServiceGrpc.getSelectGrantMethod(),
                        SelectGrantRequest.newBuilder()
                                .setEntity(entity.setRole(
                                        RoleEntity.newBuilder().setName("reader")))
                                .build())
                .getEntitiesList()
                .stream()
                .map(found -> found.getGrantor().getPrivilege().getName())
                .toList();
    }

    @Test
    void privilegesGoIntoGroupsAndOutOfThem() {
        OperatePrivilegeGroupRequest.Builder request = OperatePrivilegeGroupRequest.newBuilder()
                .setGroupName("some")
                .addPrivileges(PrivilegeEntity.newBuilder().setName("Search"))
                .addPrivileges(PrivilegeEntity.newBuilder().setName("Query"));
        call(MilvusServiceGrpc.getOperatePrivilegeGroupMethod(), request.build());
        call(
                MilvusServiceGrpc.getOperatePrivilegeGroupMethod(),
                request.setType(OperatePrivilegeGroupType.RemovePrivilegesFromGroup)
                        .build());
        assertThat(access.calls)
                .containsExactly("addPrivileges [some, [Query, Search]]", "removePrivileges [some, [Query, Search]]");
    }

    @Test
    void aBackupComesBackAsItWent() {
        AccessBackup backup = new AccessBackup(
                List.of(new AccessBackup.User("ann", "", "pbkdf2-sha512$…", List.of("reader"))),
                List.of(new RoleInfo("reader", "reads", List.of())),
                List.of(new Grant("reader", Action.ObjectType.USER, "ann", "SelectUser", "*", "root")),
                List.of(new PrivilegeGroup("some", List.of("Search"), false)));
        access.answers.put("backup", backup);
        RBACMeta meta = call(MilvusServiceGrpc.getBackupRBACMethod(), BackupRBACMetaRequest.getDefaultInstance())
                .getRBACMeta();
        assertThat(GrantCodec.decode(meta)).isEqualTo(backup);
        call(
                MilvusServiceGrpc.getRestoreRBACMethod(),
                RestoreRBACMetaRequest.newBuilder().setRBACMeta(meta).build());
        assertThat(access.last()).isEqualTo("restore [" + backup + "]");
    }
}
