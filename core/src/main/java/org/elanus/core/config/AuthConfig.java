package org.elanus.core.config;

import java.util.List;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Secret;

/** The section {@code auth}. */
@Doc("Who may call, and what they may do.")
public record AuthConfig(
        @Key("enabled")
        @Default("false")
        @Doc("Whether callers must sign in, on every port. Otherwise everybody who reaches a port may do everything.")
        boolean enabled,

        @Key("authenticators")
        @Default("builtin")
        @Doc("Names of the authenticators that recognise callers, asked in this order; `builtin` knows the users, passwords"
                + " and API keys that are stored in the database, others come from plugins.")
        List<String> authenticators,

        @Key("authorizer")
        @Default("rbac")
        @Doc("Name of the authoriser that says what callers may do; `rbac` goes by the roles and grants that are stored"
                + " in the database, others come from plugins.")
        String authorizer,

        @Key("root-password")
        @Secret
        @Default("")
        @Doc("The password of the user root until it is changed. Empty for `Milvus`, which everybody knows; a server that"
                + " serves other machines does not start with that one.")
        String rootPassword,

        @Key("super-users")
        @Default("")
        @Doc("Users who may change passwords without the old one.")
        List<String> superUsers) {

    /** Root's password where nobody has set one, as Milvus's clients expect it. */
    public static final String DEFAULT_ROOT_PASSWORD = "Milvus";

    /** Root's password until it is changed. */
    public String firstRootPassword() {
        return rootPassword.isEmpty() ? DEFAULT_ROOT_PASSWORD : rootPassword;
    }

    @Override
    public String toString() {
        return "AuthConfig[enabled=%s, authenticators=%s, authorizer=%s, superUsers=%s]"
                .formatted(enabled, authenticators, authorizer, superUsers);
    }
}
