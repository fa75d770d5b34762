package org.elanus.spi.auth;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.elanus.spi.HostImplements;
import org.elanus.spi.database.CallContext;

/**
 * Users with passwords, roles, what they are granted, groups of privileges, and API keys. Kept in the metadata store: every
 * change is one transaction, durable when the call returns, and counts from the next call on. Safe for use by many
 * threads; changes block, reads do not.
 *
 * <p>Beyond the action that a method needs, a caller changes only what it holds itself: it grants and revokes no privilege,
 * and gives and takes no role, that reaches beyond its own. Two roles are there from the start: {@code admin} may do
 * everything and never changes; {@code public} is everybody's, and only an admin changes it. The user {@code root} cannot
 * be dropped, and somebody always has the role {@code admin}. What breaks such a rule is PERMISSION_DENIED; a name that
 * is missing, taken, too long or misspelt is INVALID_ARGUMENT; one too many of something is QUOTA_EXCEEDED.
 *
 * <p>{@code *} means all wherever an object, a privilege or a database is named. No result holds a password, or a secret
 * but the one of {@link #createApiKey}.
 */
@HostImplements
public interface AccessControl {

    /** The role that may do everything. */
    String ADMIN = "admin";

    /** The role that everybody has. */
    String PUBLIC = "public";

    /** The user who is there from the start. */
    String ROOT = "root";

    /** What stands for all objects, privileges or databases. */
    String ANY = "*";

    // Users

    /** @param password 6 to 72 bytes in UTF-8 */
    void createUser(CallContext context, String user, String password, String description);

    /**
     * Changes a password. The caller must know the old one, except another's when the configuration names the caller among
     * {@code auth.super-users}.
     *
     * @throws org.elanus.spi.error.ElanusException UNAUTHENTICATED when the old password is not right, in the same words
     *     whether the user exists or not
     */
    void updatePassword(CallContext context, String user, String oldPassword, String newPassword);

    void describeUser(CallContext context, String user, String description);

    /** Drops a user with the API keys it owns. A user that is not there is dropped already. */
    void dropUser(CallContext context, String user);

    /** In order of name. */
    List<UserInfo> users(CallContext context);

    Optional<UserInfo> user(CallContext context, String user);

    // Roles

    void createRole(CallContext context, String role, String description);

    void describeRole(CallContext context, String role, String description);

    /** @param force drop it even if it is granted something; users and API keys lose it in any case */
    void dropRole(CallContext context, String role, boolean force);

    /** In order of name. */
    List<RoleInfo> roles(CallContext context);

    Optional<RoleInfo> role(CallContext context, String role);

    /** A role that the user has already is left as it is. */
    void assignRole(CallContext context, String user, String role);

    /** A role that the user does not have is left as it is. */
    void unassignRole(CallContext context, String user, String role);

    // Grants

    /** Grants a privilege of an object type, or a group of privileges. One that is there already is left as it is. */
    void grant(CallContext context, Grant grant);

    /** One that is not there is left as it is. */
    void revoke(CallContext context, Grant grant);

    /** Grants a privilege, or a group of them, whose object type follows from its name. */
    void grant(CallContext context, String role, String privilege, String database, String collection);

    void revoke(CallContext context, String role, String privilege, String database, String collection);

    /** What a role is granted, in the order in which it was. The role must exist. */
    List<Grant> grants(CallContext context, String role);

    // Groups of privileges

    void createPrivilegeGroup(CallContext context, String group);

    /** Refused while the group is granted. A group that is not there is dropped already. */
    void dropPrivilegeGroup(CallContext context, String group);

    /** Those that are built in and those that were made, in order of name. */
    List<PrivilegeGroup> privilegeGroups(CallContext context);

    /** All privileges of a group have one scope. */
    void addPrivileges(CallContext context, String group, Set<String> privileges);

    void removePrivileges(CallContext context, String group, Set<String> privileges);

    // API keys

    /**
     * Makes a key of the caller's own. Its holder has those of the named roles that the owner has, as long as the owner
     * has them, and never the owner's name. Only users that are stored here own keys: PERMISSION_DENIED for others.
     */
    NewApiKey createApiKey(CallContext context, ApiKeySpec spec);

    /** The caller's own; all of them for an admin. In order of id. */
    List<ApiKeyInfo> apiKeys(CallContext context);

    /** One of the caller's own; any of them for an admin. Works no more from the next call on. */
    void revokeApiKey(CallContext context, String id);

    // Everything at once

    /** Users, roles, grants and groups, without what is built in and without API keys. */
    AccessBackup backup(CallContext context);

    /**
     * Puts back what {@link #backup} gave, all or nothing: INVALID_ARGUMENT when there is nothing in it, when any of its
     * users, roles or groups is there already, or when it names what nobody knows.
     */
    void restore(CallContext context, AccessBackup backup);
}
