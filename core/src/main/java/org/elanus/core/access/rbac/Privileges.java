package org.elanus.core.access.rbac;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elanus.core.catalog.AccessRecords.Group;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.error.ElanusException;

/** What the names of privileges and of groups of them stand for. */
final class Privileges {

    /** Everything there is. */
    static final String ALL = "All";

    /** Every built-in group has members of its own level and of no other. */
    private static final Map<String, EnumSet<Action>> BUILT_IN = new TreeMap<>();

    /** Those of Milvus 2.4, over all levels. */
    private static final Map<String, EnumSet<Action>> LEGACY = new TreeMap<>();

    static {
        EnumSet<Action> readCollection = group(
                "CollectionReadOnly",
                EnumSet.noneOf(Action.class),
                Action.QUERY,
                Action.SEARCH,
                Action.INDEX_DETAIL,
                Action.GET_FLUSH_STATE,
                Action.GET_LOAD_STATE,
                Action.GET_LOADING_PROGRESS,
                Action.HAS_PARTITION,
                Action.SHOW_PARTITIONS,
                Action.DESCRIBE_COLLECTION,
                Action.DESCRIBE_ALIAS,
                Action.GET_STATISTICS,
                Action.LIST_ALIASES,
                Action.GET_IMPORT_PROGRESS,
                Action.LIST_IMPORT);
        EnumSet<Action> writeCollection = group(
                "CollectionReadWrite",
                readCollection,
                Action.LOAD,
                Action.RELEASE,
                Action.INSERT,
                Action.DELETE,
                Action.UPSERT,
                Action.IMPORT,
                Action.FLUSH,
                Action.COMPACTION,
                Action.LOAD_BALANCE,
                Action.CREATE_INDEX,
                Action.DROP_INDEX,
                Action.CREATE_PARTITION,
                Action.DROP_PARTITION,
                Action.ADD_COLLECTION_FIELD);
        EnumSet<Action> adminCollection = group("CollectionAdmin", writeCollection, Action.CREATE_ALIAS, Action.DROP_ALIAS);

        EnumSet<Action> readDatabase = group(
                "DatabaseReadOnly",
                EnumSet.noneOf(Action.class),
                Action.SHOW_COLLECTIONS,
                Action.DESCRIBE_DATABASE);
        EnumSet<Action> writeDatabase = group("DatabaseReadWrite", readDatabase, Action.ALTER_DATABASE);
        EnumSet<Action> adminDatabase =
                group("DatabaseAdmin", writeDatabase, Action.CREATE_COLLECTION, Action.DROP_COLLECTION);

        EnumSet<Action> readCluster = group(
                "ClusterReadOnly",
                EnumSet.noneOf(Action.class),
                Action.LIST_DATABASES,
                Action.SELECT_OWNERSHIP,
                Action.SELECT_USER,
                Action.DESCRIBE_RESOURCE_GROUP,
                Action.LIST_RESOURCE_GROUPS,
                Action.LIST_PRIVILEGE_GROUPS,
                Action.LIST_FILE_RESOURCES,
                Action.GET_REPLICATE_CONFIGURATION);
        EnumSet<Action> writeCluster = group(
                "ClusterReadWrite",
                readCluster,
                Action.FLUSH_ALL,
                Action.TRANSFER_NODE,
                Action.TRANSFER_REPLICA,
                Action.UPDATE_RESOURCE_GROUPS);
        EnumSet<Action> adminCluster = group(
                "ClusterAdmin",
                writeCluster,
                Action.BACKUP_RBAC,
                Action.RESTORE_RBAC,
                Action.CREATE_DATABASE,
                Action.DROP_DATABASE,
                Action.CREATE_OWNERSHIP,
                Action.DROP_OWNERSHIP,
                Action.MANAGE_OWNERSHIP,
                Action.CREATE_RESOURCE_GROUP,
                Action.DROP_RESOURCE_GROUP,
                Action.UPDATE_USER,
                Action.RENAME_COLLECTION,
                Action.CREATE_PRIVILEGE_GROUP,
                Action.DROP_PRIVILEGE_GROUP,
                Action.OPERATE_PRIVILEGE_GROUP,
                Action.ADD_FILE_RESOURCE,
                Action.REMOVE_FILE_RESOURCE,
                Action.UPDATE_REPLICATE_CONFIGURATION);

        EnumSet<Action> legacy = EnumSet.copyOf(readCollection);
        legacy.addAll(readDatabase);
        legacy.add(Action.LIST_DATABASES);
        LEGACY.put("ReadOnly", EnumSet.copyOf(legacy));
        legacy.addAll(adminCollection);
        legacy.addAll(List.of(Action.CREATE_COLLECTION, Action.DROP_COLLECTION, Action.RENAME_COLLECTION));
        LEGACY.put("ReadWrite", EnumSet.copyOf(legacy));
        legacy.addAll(adminDatabase);
        legacy.addAll(adminCluster);
        LEGACY.put("Admin", legacy);
    }

    private Privileges() {}

    private static EnumSet<Action> group(String name, EnumSet<Action> includes, Action... more) {
        EnumSet<Action> actions = EnumSet.copyOf(includes);
        Collections.addAll(actions, more);
        BUILT_IN.put(name, actions);
        return actions;
    }

    /** The actions of a privilege, a group, or {@code *} for all of the object type; empty when nobody knows the name. */
    static Optional<Set<Action>> actions(String name, Action.ObjectType type, Map<String, Group> groups) {
        if (name.equals(AccessControl.ANY)) {
            EnumSet<Action> all = EnumSet.noneOf(Action.class);
            for (Action action : Action.values()) {
                if (action.objectType() == type) {
                    all.add(action);
                }
            }
            return Optional.of(all);
        }
        if (name.equals(ALL)) {
            return Optional.of(EnumSet.allOf(Action.class));
        }
        Set<Action> group = BUILT_IN.getOrDefault(name, LEGACY.get(name));
        if (group != null) {
            return Optional.of(withImplied(group));
        }
        Group custom = groups.get(name);
        if (custom != null) {
            EnumSet<Action> actions = EnumSet.noneOf(Action.class);
            // A name that a later version added and this one does not know grants nothing.
            custom.privileges().forEach(privilege -> Action.named(privilege).ifPresent(actions::add));
            return Optional.of(withImplied(actions));
        }
        return Action.named(name).map(action -> withImplied(EnumSet.of(action)));
    }

    /** Who may begin something may also ask whether it is done. */
    private static Set<Action> withImplied(Set<Action> given) {
        EnumSet<Action> actions = EnumSet.noneOf(Action.class);
        actions.addAll(given);
        if (actions.contains(Action.LOAD)) {
            actions.add(Action.GET_LOAD_STATE);
            actions.add(Action.GET_LOADING_PROGRESS);
        }
        if (actions.contains(Action.FLUSH)) {
            actions.add(Action.GET_FLUSH_STATE);
        }
        return actions;
    }

    static boolean isGroup(String name, Map<String, Group> groups) {
        return isBuiltInGroup(name) || groups.containsKey(name);
    }

    static boolean isBuiltInGroup(String name) {
        return BUILT_IN.containsKey(name) || LEGACY.containsKey(name);
    }

    /** Whether a name has a meaning already that a new group cannot take. */
    static boolean isTaken(String name) {
        return isBuiltInGroup(name)
                || name.equals(ALL)
                || Action.named(name).isPresent();
    }

    /** Where a group may be granted; empty for those over all levels, and for one without members. */
    static Optional<Action.Scope> level(String name, Map<String, Group> groups) {
        if (name.equals(ALL)) {
            return Optional.of(Action.Scope.CLUSTER);
        }
        Set<Action> members = BUILT_IN.get(name);
        Group custom = groups.get(name);
        if (members == null && custom != null) {
            return custom.privileges().stream()
                    .flatMap(privilege -> Action.named(privilege).stream())
                    .map(Privileges::level)
                    .findFirst();
        }
        return members == null ? Optional.empty() : members.stream().findFirst().map(Privileges::level);
    }

    /** Users are the cluster's. */
    static Action.Scope level(Action action) {
        return action.scope() == Action.Scope.USER ? Action.Scope.CLUSTER : action.scope();
    }

    /** The single privileges of names that may also be groups. */
    static Set<String> singles(Set<String> names, Map<String, Group> groups) {
        Set<String> singles = new TreeSet<>();
        for (String name : names) {
            if (isGroup(name, groups)) {
                Set<Action> built = BUILT_IN.getOrDefault(name, LEGACY.get(name));
                Group custom = groups.get(name);
                if (built != null) {
                    built.forEach(action -> singles.add(action.wireName()));
                } else if (custom != null) {
                    singles.addAll(custom.privileges());
                }
            } else {
                singles.add(action(name).wireName());
            }
        }
        return singles;
    }

    static Action action(String name) {
        return Action.named(name).orElseThrow(() -> unknown(name));
    }

    static ElanusException unknown(String name) {
        return ElanusException.invalid(
                "not found the privilege name[%s]: there is no such privilege or privilege group",
                AccessLimits.shown(name));
    }

    /** The groups that are there from the start, those of earlier versions among them. */
    static Map<String, List<String>> builtInGroups() {
        Map<String, List<String>> groups = new TreeMap<>();
        for (Map<String, EnumSet<Action>> some : List.of(BUILT_IN, LEGACY)) {
            some.forEach((name, actions) -> {
                List<String> names = new ArrayList<>();
                actions.forEach(action -> names.add(action.wireName()));
                Collections.sort(names);
                groups.put(name, names);
            });
        }
        return groups;
    }
}
