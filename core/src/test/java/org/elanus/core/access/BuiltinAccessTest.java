package org.elanus.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.elanus.core.catalog.VolatileMetadataStore;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.auth.AccessBackup;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Grant;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.auth.PrivilegeGroup;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.RoleInfo;
import org.elanus.spi.auth.UserInfo;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BuiltinAccessTest {

    private static final int ITERATIONS = 1_000;
    private static final String DB = "default";

    private final VolatileMetadataStore store = new VolatileMetadataStore();
    private final List<BuiltinAccess> opened = new ArrayList<>();
    private final SetClock clock = new SetClock();
    private BuiltinAccess access;
    private AccessControl control;

    /** Stands where a test puts it. */
    private static final class SetClock implements Clock {
        volatile long millis = 1_000_000;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }

        @Override
        public void sleep(Duration duration) {
            throw new AssertionError();
        }

        @Override
        public long await(Condition condition, long nanos) {
            throw new AssertionError();
        }
    }

    @BeforeEach
    void open() {
        access = reopened(true, Set.of());
        control = access.control();
    }

    private BuiltinAccess reopened(boolean enforced, Set<String> superUsers) {
        BuiltinAccess another =
                BuiltinAccess.open(store, enforced, superUsers, "Milvus", ITERATIONS, clock, new SystemRandomness());
        opened.add(another);
        return another;
    }

    @AfterEach
    void close() {
        opened.forEach(BuiltinAccess::close);
        store.close();
    }

    // Callers

    private static CallContext as(String name, String... roles) {
        return CallContext.of(new Principal(name, Set.of(roles)));
    }

    private static final CallContext ROOT = as("root", "admin");

    /** As the user is now. */
    private CallContext user(String name) {
        return CallContext.of(signIn(name, "password").principal());
    }

    private Identity signIn(String name, String password) {
        return access.authenticator()
                .authenticate(new Credentials.Password(name, password))
                .orElseThrow();
    }

    private Identity signIn(String token) {
        return access.authenticator()
                .authenticate(new Credentials.Token(token))
                .orElseThrow();
    }

    private void makeUser(String name, String... roles) {
        control.createUser(ROOT, name, "password", "");
        for (String role : roles) {
            control.assignRole(ROOT, name, role);
        }
    }

    private boolean allowed(Principal caller, Action action, Resource resource) {
        return access.authorizer().authorize(caller, action, resource).allowed();
    }

    private boolean allowed(String role, Action action, String database, String collection) {
        return allowed(
                new Principal("somebody", Set.of(role)), action, Resource.collection(database, collection));
    }

    private static void assertFails(StandardErrorCode code, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .satisfies(e -> List.of(parts).forEach(part -> assertThat(e.getMessage()).contains(part)));
    }

    private static void assertInvalid(ThrowingCallable call, String... parts) {
        assertFails(StandardErrorCode.INVALID_ARGUMENT, call, parts);
    }

    private static void assertDenied(ThrowingCallable call, String... parts) {
        assertFails(StandardErrorCode.PERMISSION_DENIED, call, parts);
    }

    private void assertNotSignedIn(String name, String password) {
        assertFails(StandardErrorCode.UNAUTHENTICATED, () -> signIn(name, password));
    }

    // Users and passwords

    @Test
    void rootSignsInWithTheFirstPasswordUntilItIsChanged() {
        assertThat(access.rootHasFirstPassword()).isTrue();
        assertThat(signIn("root", "Milvus").principal()).isEqualTo(new Principal("root", Set.of("admin")));
        control.updatePassword(ROOT, "root", "Milvus", "new password");
        assertNotSignedIn("root", "Milvus");
        signIn("root", "new password");
        assertThat(access.rootHasFirstPassword()).isFalse();
        assertThat(access.isRootPassword("new password")).isTrue();
        assertThat(access.isRootPassword("Milvus")).isFalse();
    }

    @Test
    void usersAndRolesSurviveARestart() {
        control.createRole(ROOT, "reader", "reads");
        control.grant(ROOT, "reader", "Search", DB, "books");
        makeUser("ann", "reader");
        NewApiKey key = control.createApiKey(user("ann"), new ApiKeySpec("", Set.of("reader"), Duration.ofDays(1)));
        access = reopened(true, Set.of());
        assertThat(signIn("ann", "password").principal().roles()).containsExactly("reader");
        assertThat(signIn(key.key()).principal().roles()).containsExactly("reader");
        assertThat(allowed("reader", Action.SEARCH, DB, "books")).isTrue();
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAreToldInTheSameWords() {
        makeUser("ann");
        List<String> messages = new ArrayList<>();
        for (String name : List.of("ann", "nobody", "", "a\u0000b", "x".repeat(100_000))) {
            assertThatThrownBy(() -> signIn(name, "wrong"))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNAUTHENTICATED))
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(new HashSet<>(messages)).hasSize(1);
        assertNotSignedIn("ann", "");
        assertNotSignedIn("ann", "password".repeat(10_000));
        assertNotSignedIn("ANN", "password");
    }

    @Test
    void aPasswordIsStoredOnlyAsASaltedHash() {
        makeUser("ann");
        makeUser("ben");
        List<String> hashes = control.backup(ROOT).users().stream()
                .map(AccessBackup.User::passwordHash)
                .toList();
        assertThat(hashes).hasSize(2).doesNotHaveDuplicates().allMatch(hash -> hash.startsWith("pbkdf2-sha512$v=1$i="));
        assertThat(store.list("access/").stream().map(entry -> new String(entry.value(), StandardCharsets.UTF_8)))
                .noneMatch(value -> value.contains("\"password\""));
    }

    @Test
    void namesAndPasswordsHaveLimits() {
        for (String name : List.of("", "1a", "_a", "a b", "a/b", "a:b", "ä", "a".repeat(33), "a\u202eb", "../x", "a%2eb")) {
            assertInvalid(() -> control.createUser(ROOT, name, "password", ""), "username");
        }
        for (String name : List.of("", "1a", "a b", "a-b", "a".repeat(256))) {
            assertInvalid(() -> control.createRole(ROOT, name, ""), "role name");
        }
        control.createUser(ROOT, "a".repeat(32), "password", "");
        control.createUser(ROOT, "a-b.c_1", "123456", "");
        assertInvalid(() -> control.createUser(ROOT, "ann", "12345", ""), "6 to 72 bytes");
        assertInvalid(() -> control.createUser(ROOT, "ann", "x".repeat(73), ""), "6 to 72 bytes");
        assertInvalid(() -> control.createUser(ROOT, "ann", "password", "x".repeat(1_025)), "1024 bytes");
        assertInvalid(() -> control.createUser(ROOT, "root", "password", ""), "already exists");
    }

    @Test
    void anotherPasswordTakesTheOldOneUnlessASuperUserAsks() {
        makeUser("ann");
        assertFails(
                StandardErrorCode.UNAUTHENTICATED,
                () -> control.updatePassword(ROOT, "ann", "wrong", "new password"),
                "old password not correct");
        assertFails(
                StandardErrorCode.UNAUTHENTICATED,
                () -> control.updatePassword(ROOT, "nobody", "wrong", "new password"),
                "old password not correct");
        BuiltinAccess lenient = reopened(true, Set.of("helper"));
        lenient.control().updatePassword(as("helper"), "ann", "", "new password");
        access = lenient;
        signIn("ann", "new password");
        assertNotSignedIn("ann", "password");
    }

    @Test
    void aSuperUserMustKnowItsOwnPassword() {
        makeUser("helper");
        AccessControl lenient = reopened(true, Set.of("helper")).control();
        assertFails(
                StandardErrorCode.UNAUTHENTICATED,
                () -> lenient.updatePassword(as("helper"), "helper", "", "new password"),
                "old password not correct");
        lenient.updatePassword(as("helper"), "helper", "password", "new password");
    }

    @Test
    void nobodyIsCalledAnonymousAndNoDescriptionMovesACursor() {
        assertInvalid(() -> control.createUser(ROOT, "anonymous", "password", ""), "nobody");
        for (String description : List.of("a\nb", "\u001b[2J", "\u0085", "\u0000")) {
            assertInvalid(() -> control.createUser(ROOT, "ann", "password", description), "control characters");
        }
        control.createUser(ROOT, "ann", "password", "Zoë – reads");
    }

    @Test
    void whoeverWasRecognisedHoldsUntilPasswordOrRolesChange() {
        control.createRole(ROOT, "reader", "");
        makeUser("ann");
        Identity before = signIn("ann", "password");
        assertThat(access.authenticator().stillHolds(before)).isTrue();
        control.assignRole(ROOT, "ann", "reader");
        assertThat(access.authenticator().stillHolds(before)).isFalse();
        Identity after = signIn("ann", "password");
        control.updatePassword(user("ann"), "ann", "password", "new password");
        assertThat(access.authenticator().stillHolds(after)).isFalse();
        Identity last = signIn("ann", "new password");
        control.dropUser(ROOT, "ann");
        assertThat(access.authenticator().stillHolds(last)).isFalse();
        // The same name with the same password is somebody else.
        control.createUser(ROOT, "ann", "new password", "");
        assertThat(access.authenticator().stillHolds(last)).isFalse();
    }

    // The last admin and what is built in

    @Test
    void somebodyIsAlwaysAdmin() {
        assertDenied(() -> control.dropUser(ROOT, "root"), "root");
        assertDenied(() -> control.unassignRole(ROOT, "root", "admin"), "last user with the role 'admin'");
        makeUser("ann", "admin");
        control.unassignRole(ROOT, "root", "admin");
        assertDenied(() -> control.dropUser(ROOT, "ann"), "last user");
        assertDenied(() -> control.unassignRole(ROOT, "ann", "admin"), "last user");
    }

    @Test
    void builtInRolesStayAndAdminNeverChanges() {
        for (String role : List.of("admin", "public")) {
            assertDenied(() -> control.dropRole(ROOT, role, true), "default role");
            assertDenied(() -> control.describeRole(ROOT, role, "mine"), "default role");
            assertInvalid(() -> control.createRole(ROOT, role, ""), "already exists");
        }
        assertDenied(() -> control.grant(ROOT, "admin", "Search", DB, "*"), "everything");
        assertDenied(() -> control.revoke(ROOT, "admin", "Search", DB, "*"), "everything");
        assertThat(control.roles(ROOT)).extracting(RoleInfo::name).containsExactly("admin", "public");
        assertThat(control.role(ROOT, "admin").orElseThrow().users()).containsExactly("root");
    }

    @Test
    void onlyAnAdminChangesWhatEverybodyMay() {
        control.createRole(ROOT, "manager", "");
        control.grant(ROOT, "manager", "CollectionAdmin", "*", "*");
        makeUser("ann", "manager");
        assertDenied(() -> control.grant(user("ann"), "public", "Search", "*", "*"), "public");
        control.grant(ROOT, "public", "Search", "*", "*");
        assertThat(allowed("nothing", Action.SEARCH, DB, "books")).isTrue();
    }

    @Test
    void everybodyMayDescribeWithoutARole() {
        Principal nobody = new Principal("nobody", Set.of());
        Resource books = Resource.collection(DB, "books");
        assertThat(allowed(nobody, Action.DESCRIBE_COLLECTION, books)).isTrue();
        assertThat(allowed(nobody, Action.LIST_ALIASES, books)).isTrue();
        assertThat(allowed(nobody, Action.INDEX_DETAIL, books)).isTrue();
        assertThat(allowed(nobody, Action.SEARCH, books)).isFalse();
        assertThat(allowed(nobody, Action.SELECT_USER, Resource.user("nobody"))).isTrue();
        assertThat(allowed(nobody, Action.SELECT_USER, Resource.user("root"))).isFalse();
        assertThat(allowed(nobody, Action.UPDATE_USER, Resource.user("*"))).isFalse();
    }

    @Test
    void aCollectionIsKnownToWhoeverMayDoAnythingToIt() {
        Principal nobody = new Principal("nobody", Set.of());
        Principal reader = new Principal("ann", Set.of("reader"));
        Resource books = Resource.collection(DB, "books");
        assertThat(access.authorizer().mayKnow(nobody, books)).isTrue();
        for (String privilege : List.of("DescribeCollection", "ListAliases", "IndexDetail")) {
            control.revoke(ROOT, "public", privilege, "*", "*");
        }
        assertThat(access.authorizer().mayKnow(nobody, books)).isFalse();
        control.createRole(ROOT, "reader", "");
        control.grant(ROOT, "reader", "Flush", DB, "books");
        assertThat(access.authorizer().mayKnow(reader, books)).isTrue();
        assertThat(access.authorizer().mayKnow(reader, Resource.collection(DB, "films")))
                .isFalse();
    }

    // Grants

    @Test
    void aGrantReachesAsFarAsItSays() {
        for (String role : List.of("one", "all_of_database", "same_name", "everything")) {
            control.createRole(ROOT, role, "");
        }
        control.grant(ROOT, "one", "Search", DB, "books");
        control.grant(ROOT, "all_of_database", "Search", DB, "*");
        control.grant(ROOT, "same_name", "Search", "*", "books");
        control.grant(ROOT, "everything", "Search", "*", "*");
        assertThat(reach("one")).containsExactly("default/books");
        assertThat(reach("all_of_database")).containsExactly("default/books", "default/films");
        assertThat(reach("same_name")).containsExactly("default/books", "other/books");
        assertThat(reach("everything")).hasSize(4);
        assertThat(allowed("everything", Action.QUERY, DB, "books")).isFalse();
        control.revoke(ROOT, "everything", "Search", "*", "*");
        assertThat(reach("everything")).isEmpty();
    }

    private List<String> reach(String role) {
        List<String> found = new ArrayList<>();
        for (String database : List.of(DB, "other")) {
            for (String collection : List.of("books", "films")) {
                if (allowed(role, Action.SEARCH, database, collection)) {
                    found.add(database + "/" + collection);
                }
            }
        }
        return found;
    }

    @Test
    void aGrantOfTheFirstVersionNamesItsObjectType() {
        control.createRole(ROOT, "writer", "");
        grantV1("Collection", "books", "Insert");
        grantV1("Global", "*", "CreateCollection");
        grantV1("User", "ann", "UpdateUser");
        assertThat(allowed("writer", Action.INSERT, DB, "books")).isTrue();
        assertThat(allowed("writer", Action.INSERT, "other", "books")).isFalse();
        Principal writer = new Principal("writer", Set.of("writer"));
        assertThat(allowed(writer, Action.CREATE_COLLECTION, Resource.database(DB))).isTrue();
        assertThat(allowed(writer, Action.CREATE_COLLECTION, Resource.database("other"))).isFalse();
        assertThat(allowed(writer, Action.UPDATE_USER, Resource.user("ann"))).isTrue();
        assertThat(allowed(writer, Action.UPDATE_USER, Resource.user("root"))).isFalse();
        assertInvalid(() -> grantV1("Global", "*", "Insert"), "object type 'Global'", "'Collection'");
        assertInvalid(() -> grantV1("Collection", "*", "CreateCollection"), "'Global'");
        assertInvalid(() -> grantV1("Collection", "*", "Fly"), "Fly");
        assertThat(control.grants(ROOT, "writer"))
                .extracting(grant -> grant.objectType().wireName() + " " + grant.objectName() + " " + grant.privilege()
                        + " " + grant.database() + " " + grant.grantor())
                .containsExactly(
                        "Collection books Insert default root",
                        "Global * CreateCollection default root",
                        "User ann UpdateUser default root");
    }

    private void grantV1(String type, String name, String privilege) {
        Action.ObjectType objectType = List.of(Action.ObjectType.values()).stream()
                .filter(value -> value.wireName().equals(type))
                .findFirst()
                .orElseThrow();
        control.grant(ROOT, new Grant("writer", objectType, name, privilege, DB));
    }

    @Test
    void allOfAnObjectTypeIsGrantedByAStar() {
        control.createRole(ROOT, "writer", "");
        grantV1("Collection", "*", "*");
        assertThat(allowed("writer", Action.INSERT, DB, "books")).isTrue();
        assertThat(allowed("writer", Action.CREATE_COLLECTION, DB, "books")).isFalse();
        assertThat(allowed(new Principal("w", Set.of("writer")), Action.CREATE_OWNERSHIP, Resource.CLUSTER))
                .isFalse();
    }

    @Test
    void aStarOnOneNameGivesNothingOfTheCluster() {
        control.createRole(ROOT, "writer", "");
        Principal writer = new Principal("w", Set.of("writer"));
        grantV1("Global", "books", "*");
        assertThat(allowed(writer, Action.DESCRIBE_COLLECTION, Resource.collection(DB, "books")))
                .isTrue();
        assertThat(allowed(writer, Action.BACKUP_RBAC, Resource.CLUSTER)).isFalse();
        grantV1("User", "ann", "*");
        assertThat(allowed(writer, Action.UPDATE_USER, Resource.user("ann"))).isTrue();
        assertThat(allowed(writer, Action.UPDATE_USER, Resource.user("root"))).isFalse();
        grantV1("Global", "*", "*");
        assertThat(allowed(writer, Action.BACKUP_RBAC, Resource.CLUSTER)).isTrue();
        assertThat(allowed(writer, Action.CREATE_COLLECTION, Resource.database("other")))
                .isFalse();
    }

    @Test
    void allOfOneDatabaseGivesNothingOfOthersOrOfTheCluster() {
        control.createRole(ROOT, "writer", "");
        Principal writer = new Principal("w", Set.of("writer"));
        for (String all : List.of("*", "All")) {
            Grant grant = new Grant("writer", Action.ObjectType.GLOBAL, "*", all, "db1");
            control.grant(ROOT, grant);
            assertThat(allowed(writer, Action.CREATE_COLLECTION, Resource.database("db1"))).isTrue();
            assertThat(allowed(writer, Action.CREATE_COLLECTION, Resource.database(DB))).isFalse();
            for (Action action : List.of(
                    Action.BACKUP_RBAC, Action.CREATE_OWNERSHIP, Action.CREATE_DATABASE, Action.MANAGE_OWNERSHIP)) {
                assertThat(allowed(writer, action, Resource.CLUSTER)).as("%s", action).isFalse();
            }
            assertThat(allowed(writer, Action.UPDATE_USER, Resource.user("root"))).isFalse();
            control.revoke(ROOT, grant);
        }
    }

    @Test
    void whoMayBeginSomethingMayAskHowItGoes() {
        control.createRole(ROOT, "loader", "");
        control.grant(ROOT, "loader", "Load", DB, "books");
        control.grant(ROOT, "loader", "Flush", DB, "books");
        assertThat(allowed("loader", Action.GET_LOAD_STATE, DB, "books")).isTrue();
        assertThat(allowed("loader", Action.GET_LOADING_PROGRESS, DB, "books")).isTrue();
        assertThat(allowed("loader", Action.GET_FLUSH_STATE, DB, "books")).isTrue();
    }

    @Test
    void builtInGroupsGrowFromReadingToAdministration() {
        List<PrivilegeGroup> groups = control.privilegeGroups(ROOT);
        for (String level : List.of("Collection", "Database", "Cluster", "")) {
            List<String> read = members(groups, level + "ReadOnly");
            List<String> write = members(groups, level + "ReadWrite");
            List<String> admin = members(groups, level + "Admin");
            assertThat(write).as(level).containsAll(read).hasSizeGreaterThan(read.size());
            assertThat(admin).as(level).containsAll(write).hasSizeGreaterThan(write.size());
        }
        assertThat(members(groups, "CollectionReadOnly")).doesNotContain("Insert").contains("Search", "Query");
    }

    private static List<String> members(List<PrivilegeGroup> groups, String name) {
        return groups.stream()
                .filter(group -> group.name().equals(name) && group.builtIn())
                .findFirst()
                .orElseThrow()
                .privileges();
    }

    @Test
    void aGroupIsGrantedOnWhatItsLevelIsAbout() {
        control.createRole(ROOT, "role", "");
        assertInvalid(() -> control.grant(ROOT, "role", "ClusterReadOnly", DB, "*"), "cluster level");
        assertInvalid(() -> control.grant(ROOT, "role", "DatabaseAdmin", DB, "books"), "database level");
        assertInvalid(() -> control.grant(ROOT, "role", "CollectionAdmin", "*", "books"), "collection level");
        assertInvalid(() -> control.grant(ROOT, "role", "All", DB, "*"), "cluster level");
        control.grant(ROOT, "role", "CollectionReadOnly", DB, "books");
        control.grant(ROOT, "role", "DatabaseReadOnly", DB, "*");
        control.grant(ROOT, "role", "ClusterReadOnly", "*", "*");
        assertThat(allowed("role", Action.QUERY, DB, "books")).isTrue();
        assertThat(allowed("role", Action.QUERY, DB, "films")).isFalse();
        assertThat(allowed(new Principal("r", Set.of("role")), Action.LIST_DATABASES, Resource.CLUSTER))
                .isTrue();
    }

    @Test
    void anOldMixedGroupOnADatabaseGivesNothingOfTheCluster() {
        control.createRole(ROOT, "role", "");
        control.grant(ROOT, "role", "Admin", DB, "*");
        Principal caller = new Principal("r", Set.of("role"));
        assertThat(allowed(caller, Action.INSERT, Resource.collection(DB, "books"))).isTrue();
        assertThat(allowed(caller, Action.CREATE_OWNERSHIP, Resource.CLUSTER)).isFalse();
        assertThat(allowed(caller, Action.INSERT, Resource.collection("other", "books")))
                .isFalse();
    }

    // Groups of one's own

    @Test
    void aCustomGroupIsGrantedLikeAPrivilege() {
        control.createRole(ROOT, "role", "");
        control.createPrivilegeGroup(ROOT, "mine");
        control.addPrivileges(ROOT, "mine", Set.of("Search"));
        control.grant(ROOT, "role", "mine", DB, "books");
        assertThat(allowed("role", Action.SEARCH, DB, "books")).isTrue();
        control.addPrivileges(ROOT, "mine", Set.of("Query", "Insert"));
        assertThat(allowed("role", Action.INSERT, DB, "books")).isTrue();
        control.removePrivileges(ROOT, "mine", Set.of("Insert"));
        assertThat(allowed("role", Action.INSERT, DB, "books")).isFalse();
        assertInvalid(() -> control.dropPrivilegeGroup(ROOT, "mine"), "used by role [role]");
        assertInvalid(() -> control.addPrivileges(ROOT, "mine", Set.of("CreateDatabase")), "same privilege level");
        assertInvalid(() -> control.addPrivileges(ROOT, "mine", Set.of("Fly")), "Fly");
        assertInvalid(() -> control.addPrivileges(ROOT, "ClusterAdmin", Set.of("Search")), "defined by the system");
        assertInvalid(() -> control.createPrivilegeGroup(ROOT, "CollectionAdmin"), "defined by the system");
        assertInvalid(() -> control.createPrivilegeGroup(ROOT, "Search"), "defined by the system");
        assertInvalid(() -> control.createPrivilegeGroup(ROOT, "mine"), "already exists");
        control.revoke(ROOT, "role", "mine", DB, "books");
        control.dropPrivilegeGroup(ROOT, "mine");
        control.dropPrivilegeGroup(ROOT, "mine");
    }

    // Nobody gives more than it has

    private CallContext manager() {
        control.createRole(ROOT, "manager", "");
        for (String privilege : List.of("ManageOwnership", "CreateOwnership", "DropOwnership", "RestoreRBAC")) {
            control.grant(ROOT, "manager", privilege, "*", "*");
        }
        control.grant(ROOT, "manager", "Search", DB, "*");
        control.grant(ROOT, "manager", "UpdateUser", "*", "ann");
        makeUser("manager", "manager");
        return user("manager");
    }

    @Test
    void nobodyGrantsMoreThanItHolds() {
        CallContext manager = manager();
        control.createRole(manager, "reader", "");
        control.grant(manager, "reader", "Search", DB, "books");
        control.grant(manager, "reader", "Search", DB, "*");
        assertDenied(() -> control.grant(manager, "reader", "Search", "other", "books"), "manager", "Search");
        assertDenied(() -> control.grant(manager, "reader", "Search", "*", "*"), "more than the caller holds");
        assertDenied(() -> control.grant(manager, "reader", "Search", "*", "books"));
        assertDenied(() -> control.grant(manager, "reader", "Insert", DB, "books"), "Insert");
        assertDenied(() -> control.grant(manager, "reader", "CollectionReadOnly", DB, "books"));
        assertDenied(() -> control.grant(manager, "reader", "All", "*", "*"));
        assertDenied(() -> control.grant(
                manager, new Grant("reader", Action.ObjectType.GLOBAL, "*", "*", DB)));
        assertDenied(() -> control.grant(manager, "manager", "Insert", DB, "books"), "Insert");
        assertDenied(() -> control.grant(
                manager, new Grant("reader", Action.ObjectType.USER, "*", "UpdateUser", "*")));
        control.grant(manager, new Grant("reader", Action.ObjectType.USER, "ann", "UpdateUser", "*"));
        assertDenied(() -> control.revoke(manager, "public", "DescribeCollection", "*", "*"));
    }

    @Test
    void nobodyGivesOrTakesARoleAboveItsOwn() {
        CallContext manager = manager();
        control.createRole(ROOT, "writer", "");
        control.grant(ROOT, "writer", "Insert", DB, "books");
        makeUser("ann");
        makeUser("boss", "admin");
        assertDenied(() -> control.assignRole(manager, "manager", "admin"), "admin");
        assertDenied(() -> control.assignRole(manager, "ann", "writer"));
        assertDenied(() -> control.unassignRole(manager, "boss", "admin"));
        assertDenied(() -> control.dropUser(manager, "boss"));
        assertDenied(() -> control.dropRole(manager, "writer", true));
        control.assignRole(manager, "ann", "manager");
        control.unassignRole(manager, "ann", "manager");
        control.dropUser(manager, "ann");
    }

    @Test
    void nobodyWidensARoleThroughAGroup() {
        CallContext manager = manager();
        control.createRole(ROOT, "reader", "");
        control.createPrivilegeGroup(ROOT, "some");
        control.addPrivileges(ROOT, "some", Set.of("Search"));
        control.grant(ROOT, "reader", "some", DB, "books");
        assertDenied(() -> control.addPrivileges(manager, "some", Set.of("Insert")), "Insert");
        assertDenied(() -> control.addPrivileges(manager, "some", Set.of("CollectionReadWrite")));
    }

    @Test
    void nobodyRestoresMoreThanItHolds() {
        AccessBackup backup = new AccessBackup(
                List.of(),
                List.of(new RoleInfo("evil", "", List.of())),
                List.of(new Grant("evil", Action.ObjectType.COLLECTION, "*", "Insert", "*")),
                List.of());
        assertDenied(() -> control.restore(manager(), backup), "Insert");
        assertThat(control.role(ROOT, "evil")).isEmpty();
    }

    @Test
    void withoutSignInEverybodyMayDoEverything() {
        AccessControl free = reopened(false, Set.of()).control();
        CallContext anybody = CallContext.of(Principal.ANONYMOUS);
        free.createUser(anybody, "ann", "password", "");
        free.assignRole(anybody, "ann", "admin");
        free.createRole(anybody, "reader", "");
        free.grant(anybody, "reader", "Search", "*", "*");
        assertThat(free.users(anybody)).extracting(UserInfo::name).containsExactly("ann", "root");
    }

    // Roles

    @Test
    void aRoleThatIsGrantedSomethingIsDroppedByForceAlone() {
        control.createRole(ROOT, "reader", "");
        control.grant(ROOT, "reader", "Search", DB, "books");
        makeUser("ann", "reader");
        assertInvalid(() -> control.dropRole(ROOT, "reader", false), "REVOKE");
        control.dropRole(ROOT, "reader", true);
        assertThat(control.user(ROOT, "ann").orElseThrow().roles()).isEmpty();
        assertThat(allowed("reader", Action.SEARCH, DB, "books")).isFalse();
        assertInvalid(() -> control.dropRole(ROOT, "reader", true), "not found the role");
        assertInvalid(() -> control.assignRole(ROOT, "ann", "reader"), "not found the role");
        assertInvalid(() -> control.assignRole(ROOT, "nobody", "admin"), "not found the user");
        // A new role of the same name begins with nothing.
        control.createRole(ROOT, "reader", "");
        assertThat(control.grants(ROOT, "reader")).isEmpty();
    }

    @Test
    void whatIsThereAlreadyIsLeftAsItIs() {
        control.createRole(ROOT, "reader", "");
        makeUser("ann");
        control.assignRole(ROOT, "ann", "reader");
        control.assignRole(ROOT, "ann", "reader");
        control.grant(ROOT, "reader", "Search", DB, "books");
        control.grant(ROOT, "reader", "Search", DB, "books");
        assertThat(control.grants(ROOT, "reader")).hasSize(1);
        control.revoke(ROOT, "reader", "Query", DB, "books");
        control.unassignRole(ROOT, "ann", "admin");
        control.dropUser(ROOT, "nobody");
    }

    @Test
    void aRoleHasOnlySoManyPrivileges() {
        control.createRole(ROOT, "reader", "");
        AccessBackup full = new AccessBackup(
                List.of(),
                List.of(new RoleInfo("full", "", List.of())),
                IntStream.range(0, 2_049)
                        .mapToObj(i -> new Grant("full", Action.ObjectType.COLLECTION, "c" + i, "Search", DB))
                        .toList(),
                List.of());
        assertFails(StandardErrorCode.QUOTA_EXCEEDED, () -> control.restore(ROOT, full), "2048");
        assertThat(control.role(ROOT, "full")).isEmpty();
    }

    // API keys

    @Test
    void anApiKeyHasSomeRolesOfItsOwnerAndNotItsName() {
        control.createRole(ROOT, "reader", "");
        control.createRole(ROOT, "writer", "");
        makeUser("ann", "reader", "writer");
        NewApiKey key = control.createApiKey(user("ann"), new ApiKeySpec("ci", Set.of("reader"), Duration.ofDays(1)));
        Identity identity = signIn(key.key());
        assertThat(identity.principal().roles()).containsExactly("reader");
        assertThat(identity.principal().name()).isEqualTo("apikey:" + key.info().id());
        assertThat(identity.expiresAtMillis()).isEqualTo(key.info().expiresAtMillis());
        assertDenied(
                () -> control.createApiKey(user("ann"), new ApiKeySpec("", Set.of("admin"), Duration.ofDays(1))),
                "admin");
        assertDenied(
                () -> control.createApiKey(
                        CallContext.of(identity.principal()),
                        new ApiKeySpec("", Set.of("reader"), Duration.ofDays(1))),
                "API key");
        assertThat(allowed(identity.principal(), Action.UPDATE_USER, Resource.user(identity.principal().name())))
                .isFalse();
    }

    @Test
    void anApiKeyEndsWithItsTimeItsOwnerAndItsOwnersRoles() {
        control.createRole(ROOT, "reader", "");
        makeUser("ann", "reader");
        ApiKeySpec spec = new ApiKeySpec("", Set.of("reader"), Duration.ofMinutes(5));
        NewApiKey key = control.createApiKey(user("ann"), spec);
        Identity identity = signIn(key.key());
        assertThat(access.authenticator().stillHolds(identity)).isTrue();
        control.unassignRole(ROOT, "ann", "reader");
        assertThat(access.authenticator().stillHolds(identity)).isFalse();
        assertThat(signIn(key.key()).principal().roles()).isEmpty();
        control.assignRole(ROOT, "ann", "reader");
        clock.millis += Duration.ofMinutes(5).toMillis();
        assertThat(access.authenticator().stillHolds(identity)).isFalse();
        assertFails(StandardErrorCode.UNAUTHENTICATED, () -> signIn(key.key()), "expired");
        NewApiKey another = control.createApiKey(user("ann"), spec);
        signIn(another.key());
        control.dropUser(ROOT, "ann");
        assertFails(StandardErrorCode.UNAUTHENTICATED, () -> signIn(another.key()), "revoked");
        assertThat(control.apiKeys(ROOT)).isEmpty();
    }

    @Test
    void onlyStoredUsersOwnApiKeys() {
        control.createRole(ROOT, "reader", "");
        makeUser("ann", "reader");
        ApiKeySpec spec = new ApiKeySpec("", Set.of("reader"), Duration.ofDays(1));
        CallContext ann = user("ann");
        control.dropUser(ROOT, "ann");
        assertDenied(() -> control.createApiKey(ann, spec), "stored");
        assertDenied(() -> control.createApiKey(as("from elsewhere", "admin"), spec), "stored");
        AccessControl open = reopened(false, Set.of()).control();
        assertDenied(() -> open.createApiKey(CallContext.of(Principal.ANONYMOUS), spec), "stored");
        assertThat(control.apiKeys(ROOT)).isEmpty();
    }

    @Test
    void aRevokedApiKeyWorksNoMore() {
        makeUser("ann");
        makeUser("ben");
        ApiKeySpec spec = new ApiKeySpec("", Set.of("public"), Duration.ofDays(1));
        NewApiKey key = control.createApiKey(user("ann"), spec);
        Identity identity = signIn(key.key());
        String id = key.info().id();
        assertThat(control.apiKeys(user("ben"))).isEmpty();
        assertInvalid(() -> control.revokeApiKey(user("ben"), id), "not found");
        assertThat(control.apiKeys(user("ann"))).containsExactly(key.info());
        control.revokeApiKey(user("ann"), id);
        assertThat(access.authenticator().stillHolds(identity)).isFalse();
        assertFails(StandardErrorCode.UNAUTHENTICATED, () -> signIn(key.key()), "revoked");
        assertInvalid(() -> control.revokeApiKey(ROOT, id), "not found");
    }

    @Test
    void whatIsNotAnApiKeyIsLeftToOthersOrRefused() {
        NewApiKey key = control.createApiKey(ROOT, new ApiKeySpec("", Set.of("admin"), Duration.ofDays(1)));
        assertThat(access.authenticator().authenticate(new Credentials.Token("eyJhbGciOiJub25lIn0.e30.")))
                .isEmpty();
        assertThat(access.authenticator().authenticate(new Credentials.Token(""))).isEmpty();
        assertThat(access.authenticator().authenticate(Credentials.NONE)).isEmpty();
        String text = key.key();
        for (String wrong : List.of(
                "elk_",
                "elk_" + "x".repeat(1_000_000),
                text + "A",
                text.substring(0, text.length() - 1),
                text.substring(0, 29) + "A".repeat(43),
                "elk_" + "0".repeat(24) + text.substring(28),
                text.toUpperCase(Locale.ROOT).replace("ELK", "elk"))) {
            assertFails(StandardErrorCode.UNAUTHENTICATED, () -> signIn(wrong), "API key");
        }
        assertThat(store.list("access/key/").getFirst().value()).asString().doesNotContain(text.substring(29));
        assertThat(key.toString() + control.apiKeys(ROOT)).doesNotContain(text.substring(29));
    }

    @Test
    void anApiKeyHasLimits() {
        assertInvalid(() -> control.createApiKey(ROOT, new ApiKeySpec("", Set.of(), Duration.ofDays(1))), "1 or more");
        for (Duration lifetime : List.of(Duration.ZERO, Duration.ofSeconds(59), Duration.ofDays(3_651), Duration.ofDays(-1))) {
            assertInvalid(
                    () -> control.createApiKey(ROOT, new ApiKeySpec("", Set.of("admin"), lifetime)), "3650 days");
        }
        assertInvalid(
                () -> control.createApiKey(ROOT, new ApiKeySpec("", Set.of("nothing"), Duration.ofDays(1))),
                "not found the role");
    }

    // Behind the door

    @Test
    void everyChangeIsAnnouncedAndNoRefusedOne() {
        List<String> heard = new ArrayList<>();
        AccessControl guarded = new GuardedAccessControl(
                control,
                OpenDoor.INSTANCE,
                (context, operation, action, resource) ->
                        heard.add(context.caller().name() + " " + operation + " " + action.wireName() + " " + resource));
        guarded.createUser(ROOT, "ann", "password", "");
        guarded.createRole(ROOT, "reader", "");
        guarded.assignRole(ROOT, "ann", "reader");
        guarded.grant(ROOT, "reader", "Search", DB, "books");
        assertInvalid(() -> guarded.createRole(ROOT, "reader", ""));
        guarded.updatePassword(ROOT, "ann", "password", "new password");
        String id = guarded.createApiKey(ROOT, new ApiKeySpec("", Set.of("reader"), Duration.ofDays(1)))
                .info()
                .id();
        guarded.revokeApiKey(ROOT, id);
        guarded.dropUser(ROOT, "no\none");
        assertThat(heard)
                .containsExactly(
                        "root createUser ann CreateOwnership the cluster",
                        "root createRole reader CreateOwnership the cluster",
                        "root assignRole reader to ann ManageOwnership the cluster",
                        "root grant Search on default.books of reader ManageOwnership the cluster",
                        "root updatePassword ann UpdateUser user 'ann'",
                        "root createApiKey " + id + " [reader] CreateApiKey user 'root'",
                        "root revokeApiKey " + id + " DropApiKey user 'root'",
                        "root dropUser no?one DropOwnership the cluster");
    }

    // Backup

    @Test
    void aBackupGoesBackIntoAnEmptyStore() {
        control.createPrivilegeGroup(ROOT, "some");
        control.addPrivileges(ROOT, "some", Set.of("Search", "Query"));
        control.createRole(ROOT, "reader", "reads");
        control.grant(ROOT, "reader", "some", DB, "books");
        makeUser("ann", "reader");
        AccessBackup backup = control.backup(ROOT);
        assertThat(backup.toString()).doesNotContain("pbkdf2");
        assertInvalid(() -> control.restore(ROOT, backup), "already exists");

        VolatileMetadataStore empty = new VolatileMetadataStore();
        BuiltinAccess another =
                BuiltinAccess.open(empty, true, Set.of(), "Milvus", ITERATIONS, clock, new SystemRandomness());
        opened.add(another);
        another.control().restore(ROOT, backup);
        access = another;
        assertThat(signIn("ann", "password").principal().roles()).containsExactly("reader");
        assertThat(allowed("reader", Action.QUERY, DB, "books")).isTrue();
        assertThat(another.control().backup(ROOT)).isEqualTo(backup);
        empty.close();
    }

    @Test
    void noRestoredPasswordCostsMuchMoreThanOneOfOurs() {
        makeUser("ann");
        String hash = control.backup(ROOT).users().getFirst().passwordHash();
        control.dropUser(ROOT, "ann");
        AccessBackup.User costly =
                new AccessBackup.User("ann", "", hash.replace("i=" + ITERATIONS, "i=10000000"), List.of());
        assertInvalid(
                () -> control.restore(ROOT, new AccessBackup(List.of(costly), List.of(), List.of(), List.of())),
                "password hash");
    }

    @Test
    void aRestoreIsAllOrNothing() {
        makeUser("ann");
        AccessBackup.User ben = new AccessBackup.User(
                "ben", "", control.backup(ROOT).users().getFirst().passwordHash(), List.of("reader"));
        RoleInfo reader = new RoleInfo("reader", "", List.of());
        Grant grant = new Grant("reader", Action.ObjectType.COLLECTION, "books", "Search", DB);
        List<AccessBackup> wrong = List.of(
                new AccessBackup(List.of(), List.of(), List.of(), List.of()),
                new AccessBackup(
                        List.of(ben, new AccessBackup.User("ann", "", ben.passwordHash(), List.of())),
                        List.of(reader),
                        List.of(),
                        List.of()),
                new AccessBackup(
                        List.of(new AccessBackup.User("ben", "", "$2a$10$abcdefgh", List.of())),
                        List.of(reader),
                        List.of(),
                        List.of()),
                new AccessBackup(
                        List.of(new AccessBackup.User(
                                "ben", "", ben.passwordHash().replace("i=1000", "i=99999999"), List.of())),
                        List.of(reader),
                        List.of(),
                        List.of()),
                new AccessBackup(List.of(ben), List.of(), List.of(), List.of()),
                new AccessBackup(List.of(ben, ben), List.of(reader), List.of(), List.of()),
                new AccessBackup(
                        List.of(ben),
                        List.of(reader),
                        List.of(grant, new Grant("reader", Action.ObjectType.COLLECTION, "books", "Fly", DB)),
                        List.of()),
                new AccessBackup(
                        List.of(ben),
                        List.of(reader),
                        List.of(new Grant("public", Action.ObjectType.COLLECTION, "books", "Search", DB)),
                        List.of()),
                new AccessBackup(
                        List.of(ben),
                        List.of(reader, new RoleInfo("admin", "", List.of())),
                        List.of(),
                        List.of()),
                new AccessBackup(
                        List.of(ben),
                        List.of(reader),
                        List.of(),
                        List.of(new PrivilegeGroup("CollectionAdmin", List.of("Search"), false))),
                new AccessBackup(
                        List.of(ben),
                        List.of(reader),
                        List.of(),
                        List.of(new PrivilegeGroup("some", List.of("Search", "CreateDatabase"), false))));
        for (AccessBackup backup : wrong) {
            assertInvalid(() -> control.restore(ROOT, backup));
            assertThat(control.users(ROOT)).extracting(UserInfo::name).containsExactly("ann", "root");
            assertThat(control.role(ROOT, "reader")).isEmpty();
        }
        assertThatCode(() -> control.restore(
                        ROOT, new AccessBackup(List.of(ben), List.of(reader), List.of(grant), List.of())))
                .doesNotThrowAnyException();
        signIn("ben", "password");
    }
}
