package org.elanus.core.wiring;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.core.access.Access;
import org.elanus.core.access.BuiltinAccess;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.metadata.MetadataStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The users and roles that are stored in the database, at work. */
record StoredUsers(BuiltinAccess builtin, AuthConfig config) {

    private static final Logger log = LoggerFactory.getLogger(StoredUsers.class);

    /** Opens them and puts them to work; {@code parts} end that. */
    static StoredUsers open(
            AuthConfig config, MetadataStore metadata, Access access, Registry registry, Seams seams, OpenParts parts) {
        checkLength(config);
        BuiltinAccess builtin = parts.add(
                "users and roles",
                BuiltinAccess.open(
                        metadata,
                        config.enabled(),
                        Set.copyOf(config.superUsers()),
                        // Hashing takes its time, and nobody asks for the hash while nobody signs in.
                        config.enabled() ? config.firstRootPassword() : "",
                        BuiltinAccess.DEFAULT_ITERATIONS,
                        seams.clock(),
                        seams.randomness()));
        Authenticator authenticator = builtin.authenticator();
        Authorizer authorizer = builtin.authorizer();
        parts.addQuietly(registry.register(Authenticator.class, authenticator.name(), authenticator, "core")::withdraw);
        parts.addQuietly(registry.register(Authorizer.class, authorizer.name(), authorizer, "core")::withdraw);
        access.accessControl(builtin.control());
        parts.addQuietly(() -> access.accessControl(null));
        boolean keysWork = !config.enabled() || config.authenticators().contains(authenticator.name());
        for (ManagementRoute route : ApiKeyRoutes.of(access::accessControl, keysWork)) {
            String name = route.method() + " " + route.path();
            parts.addQuietly(registry.register(ManagementRoute.class, name, route, "core")::withdraw);
        }
        return new StoredUsers(builtin, config);
    }

    /**
     * Makes sure that no other machine is served while root has the password that everybody knows.
     *
     * @param hosts that are served on, by the setting that names them
     * @throws ElanusException CONFIGURATION_INVALID with what to do
     */
    void checkRootPassword(Map<String, List<String>> hosts) {
        List<String> open = new ArrayList<>();
        hosts.forEach((setting, addresses) -> addresses.stream()
                .filter(host -> !isLoopback(host))
                .forEach(host -> open.add(host.isEmpty() ? setting + " is not told" : setting + " = " + host)));
        if (open.isEmpty()) {
            return;
        }
        if (!config.enabled()) {
            log.warn(
                    "Whoever reaches this machine may do everything ({}): auth.enabled is false",
                    String.join(", ", open));
            return;
        }
        if (config.authenticators().contains(builtin.authenticator().name()) && everybodyKnowsRootPassword()) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    ("other machines reach this server (%s), and the user root has the password that everybody knows; set"
                                    + " another one by auth.root-password, by the environment variable"
                                    + " ELANUS_AUTH_ROOT_PASSWORD, or by a client while the server listens on 127.0.0.1"
                                    + " alone")
                            .formatted(String.join(", ", open)));
        }
        builtin.refuseForRoot(AuthConfig.DEFAULT_ROOT_PASSWORD);
    }

    /** A password that no user could be given is a slip: better told now than when root cannot change it. */
    private static void checkLength(AuthConfig config) {
        if (config.enabled() && !BuiltinAccess.isPassword(config.firstRootPassword())) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "auth.root-password is too short or too long: a password has 6 to 72 bytes, and no character NUL");
        }
    }

    private boolean everybodyKnowsRootPassword() {
        return builtin.rootHasFirstPassword()
                ? config.firstRootPassword().equals(AuthConfig.DEFAULT_ROOT_PASSWORD)
                : builtin.isRootPassword(AuthConfig.DEFAULT_ROOT_PASSWORD);
    }

    private static boolean isLoopback(String host) {
        try {
            return !host.isEmpty() && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // opening the port says what is wrong with it
        }
    }
}
