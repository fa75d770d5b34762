package org.elanus.spi.auth;

/**
 * A privilege of a role.
 *
 * @param objectName a collection or user by name; {@code *} for all, the only one for most of {@link Action.ObjectType#GLOBAL}
 * @param privilege a privilege or a group of them, such as {@code Search} or {@code CollectionReadOnly}; {@code *} for all
 *     of the object type
 * @param database by name; {@code *} for all
 * @param grantor who granted it; without effect in a request
 */
public record Grant(
        String role, Action.ObjectType objectType, String objectName, String privilege, String database, String grantor) {

    /** One that is not granted yet. */
    public Grant(String role, Action.ObjectType objectType, String objectName, String privilege, String database) {
        this(role, objectType, objectName, privilege, database, "");
    }
}
