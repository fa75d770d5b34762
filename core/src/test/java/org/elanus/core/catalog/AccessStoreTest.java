package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessStoreTest {

    private final VolatileMetadataStore store = new VolatileMetadataStore();
    private final List<AccessStore> opened = new ArrayList<>();

    private AccessStore open() {
        AccessStore access = AccessStore.open(store, edit -> edit.put(user("root")));
        opened.add(access);
        return access;
    }

    @AfterEach
    void close() {
        opened.forEach(AccessStore::close);
        store.close();
    }

    private static User user(String name) {
        return new User(name, "", "hash of " + name, Set.of(), 1);
    }

    @Test
    void aNewStoreGetsTheFirstUsersOnce() {
        AccessStore access = open();
        access.change((view, edit) -> edit.deleteUser("root"));
        assertThat(open().view().users()).isEmpty();
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        Role role = new Role(
                "reader",
                "reads",
                List.of(new Privilege("Collection", "books", "Search", "default", "root")),
                7);
        Key key = new Key("ab", "for tests", "root", Set.of("reader"), "cd", 8, 9);
        AccessRecords.Group group = new AccessRecords.Group("some", Set.of("Search", "Query"), 10);
        open().change((view, edit) -> edit.put(role).put(key).put(group).put(user("ann").withDescription("Ann")));
        AccessView view = open().view();
        assertThat(view.users().keySet()).containsExactly("ann", "root");
        assertThat(view.users().get("ann").description()).isEqualTo("Ann");
        assertThat(view.users().get("ann").passwordHash()).isEqualTo("hash of ann");
        assertThat(view.roles().get("reader")).isEqualTo(role);
        assertThat(view.keys().get("ab")).isEqualTo(key);
        assertThat(view.groups().get("some")).isEqualTo(group);
    }

    @Test
    void twoProcessesThatChangeAtOnceBothWin() throws Exception {
        AccessStore one = open();
        AccessStore other = open();
        int each = 40;
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> runs = new ArrayList<>();
            for (AccessStore access : List.of(one, other)) {
                String prefix = access == one ? "a" : "b";
                runs.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < each; i++) {
                        String name = prefix + i;
                        access.change((view, edit) -> edit.put(user(name)
                                .withDescription(String.valueOf(view.users().size()))));
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> run : runs) {
                run.get();
            }
        }
        AccessView view = open().view();
        assertThat(view.users()).hasSize(2 * each + 1);
        // Every change was prepared on all that came before it.
        assertThat(view.users().values().stream()
                        .filter(user -> !user.name().equals("root"))
                        .map(User::description))
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherProcessesChangeArrivesByItself() {
        AccessStore one = open();
        AccessStore other = open();
        one.change((view, edit) -> edit.put(user("ann")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> other.view().users().containsKey("ann"));
    }

    @Test
    void aChangeWhoseReplyWasLostTookEffectOnce() {
        AccessStore access = open();
        store.failNextCommit(VolatileMetadataStore.Failure.AFTER);
        access.change((view, edit) -> edit.put(user("ann")));
        assertThat(access.view().users()).containsKey("ann");
    }

    @Test
    void aChangeThatFailedIsNotSeen() {
        AccessStore access = open();
        store.failNextCommit(VolatileMetadataStore.Failure.BEFORE);
        assertThatThrownBy(() -> access.change((view, edit) -> edit.put(user("ann"))))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.IO_FAILURE));
        assertThat(access.view().users()).doesNotContainKey("ann");
        access.change((view, edit) -> edit.put(user("ben")));
        assertThat(open().view().users().keySet()).containsExactly("ben", "root");
    }

    @Test
    void theNextChangeReadsWhatAnUnknownOutcomeLeft() {
        AccessStore access = open();
        store.failNextCommit(VolatileMetadataStore.Failure.AFTER_AND_READ);
        assertThatThrownBy(() -> access.change((view, edit) -> edit.put(user("ann"))))
                .isInstanceOf(ElanusException.class);
        boolean seen = access.change((view, edit) -> view.users().containsKey("ann"));
        assertThat(seen).isTrue();
    }

    @Test
    void theCatalogueOfTheSameStoreIsNotDisturbed() {
        open().change((view, edit) -> edit.put(user("ann")));
        try (Catalog catalog = Catalog.open(
                store,
                new HybridClock(new SystemClock()),
                new SystemRandomness(),
                2)) {
            catalog.createDatabase("library", Map.of());
            assertThat(catalog.databases()).hasSize(2);
        }
    }

    @Test
    void noSecretIsInAText() {
        assertThat(user("ann").toString() + new Key("ab", "", "root", Set.of(), "secret", 1, 2))
                .doesNotContain("hash of")
                .doesNotContain("secret");
    }
}
