package org.elanus.core.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.core.access.Access;
import org.elanus.core.access.BuiltinAccess;
import org.elanus.core.catalog.VolatileMetadataStore;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoredUsersTest {

    private static final Principal ROOT = new Principal("root", Set.of("admin"));
    private static final String SETTING = "plugins.own.host";

    private final Seams seams = Seams.system();
    private final VolatileMetadataStore store = new VolatileMetadataStore();

    @AfterEach
    void close() {
        store.close();
    }

    private static AuthConfig config(String rootPassword) {
        return new AuthConfig(true, List.of("builtin"), "rbac", rootPassword, List.of());
    }

    private BuiltinAccess builtin(String rootPassword) {
        return BuiltinAccess.open(store, true, Set.of(), rootPassword, 1_000, seams.clock(), seams.randomness());
    }

    @Test
    void anEndpointThatTellsNoAddressCountsAsOneThatOthersReach() {
        try (BuiltinAccess builtin = builtin("Milvus")) {
            StoredUsers users = new StoredUsers(builtin, config(""));
            users.checkRootPassword(Map.of(SETTING, List.of("127.0.0.1", "::1")));
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> users.checkRootPassword(Map.of(SETTING, List.of(""))))
                    .withMessageContaining(SETTING + " is not told")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID));
        }
    }

    @Test
    void rootIsNotGivenThePasswordThatEverybodyKnowsWhileOthersAreServed() {
        CallContext root = CallContext.of(ROOT);
        try (BuiltinAccess builtin = builtin("another one")) {
            StoredUsers users = new StoredUsers(builtin, config("another one"));
            users.checkRootPassword(Map.of(SETTING, List.of("127.0.0.1")));
            builtin.control().updatePassword(root, "root", "another one", "Milvus");
            builtin.control().updatePassword(root, "root", "Milvus", "another one");
            users.checkRootPassword(Map.of(SETTING, List.of("0.0.0.0")));
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> builtin.control().updatePassword(root, "root", "another one", "Milvus"))
                    .withMessageContaining("everybody knows");
        }
    }

    @Test
    void aFirstPasswordThatNoUserCouldHaveIsRefusedAtTheStart() {
        for (String password : List.of("tiny1", "x".repeat(73))) {
            try (OpenParts parts = new OpenParts()) {
                assertThatExceptionOfType(ElanusException.class)
                        .isThrownBy(() -> StoredUsers.open(
                                config(password), store, access(config(password)), new Registry(), seams, parts))
                        .withMessageContaining("auth.root-password")
                        .withMessageNotContaining(password);
            }
        }
    }

    private Access access(AuthConfig config) {
        return Access.builder()
                .configuration(config)
                .build(
                        () -> {
                            throw new AssertionError("users need no database");
                        },
                        seams.clock(),
                        seams.threads(),
                        seams.randomness());
    }

    @Test
    void noApiKeyIsMadeThatNobodyCouldSignInWith() throws Exception {
        ManagementRoute create = ApiKeyRoutes.of(() -> { throw new AssertionError("asked"); }, false).stream()
                .filter(route -> route.method().equals("POST"))
                .findFirst()
                .orElseThrow();
        ManagementRoute.Response response = create.handler()
                .handle(new ManagementRoute.Request(
                        "POST", "/api-keys", Map.of(), "{}".getBytes(StandardCharsets.UTF_8), ROOT, ""));
        assertThat(response.status()).isEqualTo(400);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("auth.authenticators");
        assertThatCode(() -> ApiKeyRoutes.of(() -> { throw new AssertionError("asked"); }, true))
                .doesNotThrowAnyException();
    }
}
