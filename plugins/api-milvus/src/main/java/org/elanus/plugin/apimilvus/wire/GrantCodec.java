package org.elanus.plugin.apimilvus.wire;

import java.util.ArrayList;
import java.util.List;
import org.elanus.milvus.proto.GrantEntity;
import org.elanus.milvus.proto.GrantorEntity;
import org.elanus.milvus.proto.ObjectEntity;
import org.elanus.milvus.proto.PrivilegeEntity;
import org.elanus.milvus.proto.PrivilegeGroupInfo;
import org.elanus.milvus.proto.RBACMeta;
import org.elanus.milvus.proto.RoleEntity;
import org.elanus.milvus.proto.UserEntity;
import org.elanus.milvus.proto.UserInfo;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;

/** Grants, groups of privileges, and backups of them on the wire. */
public final class GrantCodec {

    private GrantCodec() {}

    /** @param database for a grant that names none */
    public static Grant decode(GrantEntity entity, String database) {
        return new Grant(
                Names.given("role", entity.getRole().getName()),
                objectType(entity.getObject().getName()),
                Names.given("object", entity.getObjectName()),
                Names.given("privilege", entity.getGrantor().getPrivilege().getName()),
                entity.getDbName().isEmpty() ? database : entity.getDbName(),
                entity.getGrantor().getUser().getName());
    }

    /** The object type of a name; an unknown one is refused. */
    public static Action.ObjectType objectType(String name) {
        List<String> known = new ArrayList<>();
        for (Action.ObjectType type : Action.ObjectType.values()) {
            if (type.wireName().equals(name)) {
                return type;
            }
            known.add(type.wireName());
        }
        throw ElanusException.invalid(
                "not found the object type[name: %s], supported the object types: %s", KeyValues.shortened(name), known);
    }

    public static GrantEntity encode(Grant grant) {
        return GrantEntity.newBuilder()
                .setRole(RoleEntity.newBuilder().setName(grant.role()))
                .setObject(ObjectEntity.newBuilder().setName(grant.objectType().wireName()))
                .setObjectName(grant.objectName())
                .setGrantor(GrantorEntity.newBuilder()
                        .setUser(UserEntity.newBuilder().setName(grant.grantor()))
                        .setPrivilege(PrivilegeEntity.newBuilder().setName(grant.privilege())))
                .setDbName(grant.database())
                .build();
    }

    public static PrivilegeGroupInfo encode(PrivilegeGroup group) {
        PrivilegeGroupInfo.Builder info = PrivilegeGroupInfo.newBuilder().setGroupName(group.name());
        group.privileges()
                .forEach(privilege -> info.addPrivileges(PrivilegeEntity.newBuilder().setName(privilege)));
        return info.build();
    }

    public static RBACMeta encode(AccessBackup backup) {
        RBACMeta.Builder meta = RBACMeta.newBuilder();
        for (AccessBackup.User user : backup.users()) {
            UserInfo.Builder info = UserInfo.newBuilder().setUser(user.name()).setPassword(user.passwordHash());
            user.roles().forEach(role -> info.addRoles(RoleEntity.newBuilder().setName(role)));
            meta.addUsers(info);
        }
        for (RoleInfo role : backup.roles()) {
            meta.addRoles(RoleEntity.newBuilder().setName(role.name()).setDescription(role.description()));
        }
        backup.grants().forEach(grant -> meta.addGrants(encode(grant)));
        backup.privilegeGroups().forEach(group -> meta.addPrivilegeGroups(encode(group)));
        return meta.build();
    }

    public static AccessBackup decode(RBACMeta meta) {
        return new AccessBackup(
                meta.getUsersList().stream()
                        .map(user -> new AccessBackup.User(
                                user.getUser(),
                                "",
                                user.getPassword(),
                                user.getRolesList().stream()
                                        .map(RoleEntity::getName)
                                        .toList()))
                        .toList(),
                meta.getRolesList().stream()
                        .map(role -> new RoleInfo(role.getName(), role.getDescription(), List.of()))
                        .toList(),
                meta.getGrantsList().stream()
                        .map(grant -> decode(grant, CallContext.DEFAULT_DATABASE))
                        .toList(),
                meta.getPrivilegeGroupsList().stream()
                        .map(group -> new PrivilegeGroup(
                                group.getGroupName(),
                                group.getPrivilegesList().stream()
                                        .map(PrivilegeEntity::getName)
                                        .toList(),
                                false))
                        .toList());
    }
}
