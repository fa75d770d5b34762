package org.elanus.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;

/** Keys and values of users, roles, privilege groups and API keys; docs/format-metadata.md describes them. */
final class AccessFormat {

    /** What all keys begin with. */
    static final String PREFIX = "access/";

    /** Written by every change, so that of two changes at once one is prepared anew. */
    static final String HEAD = PREFIX + "head";

    static final String USERS = PREFIX + "user/";
    static final String ROLES = PREFIX + "role/";
    static final String GROUPS = PREFIX + "group/";
    static final String KEYS = PREFIX + "key/";

    private AccessFormat() {}

    static byte[] head(long changes) {
        return CatalogFormat.bytes(CatalogFormat.value().put("changes", changes));
    }

    static long head(String key, byte[] value) {
        return CatalogFormat.number(key, CatalogFormat.parse(key, value), "changes");
    }

    static byte[] user(User user) {
        ObjectNode json = described(user.description(), user.createdAt());
        if (!user.passwordHash().isEmpty()) {
            json.put("passwordHash", user.passwordHash());
        }
        user.roles().forEach(json.putArray("roles")::add);
        return CatalogFormat.bytes(json);
    }

    static User user(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        return new User(
                key.substring(USERS.length()),
                json.path("description").asText(),
                json.path("passwordHash").asText(),
                new TreeSet<>(CatalogFormat.texts(key, json, "roles")),
                CatalogFormat.number(key, json, "createdAt"));
    }

    static byte[] role(Role role) {
        ObjectNode json = described(role.description(), role.createdAt());
        ArrayNode privileges = json.putArray("privileges");
        for (Privilege privilege : role.privileges()) {
            privileges
                    .addObject()
                    .put("objectType", privilege.objectType())
                    .put("objectName", privilege.objectName())
                    .put("privilege", privilege.privilege())
                    .put("database", privilege.database())
                    .put("grantor", privilege.grantor());
        }
        return CatalogFormat.bytes(json);
    }

    static Role role(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        List<Privilege> privileges = new ArrayList<>();
        for (JsonNode item : CatalogFormat.array(key, json, "privileges")) {
            privileges.add(new Privilege(
                    CatalogFormat.text(key, item, "objectType"),
                    CatalogFormat.text(key, item, "objectName"),
                    CatalogFormat.text(key, item, "privilege"),
                    CatalogFormat.text(key, item, "database"),
                    item.path("grantor").asText()));
        }
        return new Role(
                key.substring(ROLES.length()),
                json.path("description").asText(),
                privileges,
                CatalogFormat.number(key, json, "createdAt"));
    }

    static byte[] group(Group group) {
        ObjectNode json = CatalogFormat.value().put("createdAt", group.createdAt());
        group.privileges().forEach(json.putArray("privileges")::add);
        return CatalogFormat.bytes(json);
    }

    static Group group(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        return new Group(
                key.substring(GROUPS.length()),
                new TreeSet<>(CatalogFormat.texts(key, json, "privileges")),
                CatalogFormat.number(key, json, "createdAt"));
    }

    static byte[] key(Key apiKey) {
        ObjectNode json = described(apiKey.description(), apiKey.createdAt());
        json.put("owner", apiKey.owner());
        apiKey.roles().forEach(json.putArray("roles")::add);
        json.put("secretHash", apiKey.secretHash());
        json.put("expiresAt", apiKey.expiresAt());
        return CatalogFormat.bytes(json);
    }

    static Key key(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        return new Key(
                key.substring(KEYS.length()),
                json.path("description").asText(),
                CatalogFormat.text(key, json, "owner"),
                new TreeSet<>(CatalogFormat.texts(key, json, "roles")),
                CatalogFormat.text(key, json, "secretHash"),
                CatalogFormat.number(key, json, "createdAt"),
                CatalogFormat.number(key, json, "expiresAt"));
    }

    private static ObjectNode described(String description, long createdAt) {
        ObjectNode json = CatalogFormat.value();
        if (!description.isEmpty()) {
            json.put("description", description);
        }
        return json.put("createdAt", createdAt);
    }
}
