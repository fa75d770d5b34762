package org.elanus.core.access.rbac;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.core.catalog.AccessRecords.Key;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.core.catalog.AccessView;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.ApiKeyInfo;
import org.elanus.spi.auth.ApiKeySpec;
import org.elanus.spi.auth.NewApiKey;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;

/**
 * API keys: {@code elk_<id>_<secret>}, the id 24 hexadecimal digits, the secret 256 random bits in Base64 for addresses. Of
 * the secret only the SHA-256 is kept: nobody guesses 256 bits, so a slow function adds nothing.
 */
final class ApiKeys {

    /** What the name of a key's holder begins with; no user can be called so. */
    static final String PRINCIPAL = "apikey:";

    private static final String PREFIX = "elk_";
    private static final Pattern FORMAT = Pattern.compile(PREFIX + "([0-9a-f]{24})_([A-Za-z0-9_-]{43})");
    private static final int ID_BYTES = 12;
    private static final int SECRET_BYTES = 32;
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(3_650);

    private final AccessStore store;
    private final RbacSettings settings;
    private final Clock clock;
    private final Randomness randomness;

    ApiKeys(AccessStore store, RbacSettings settings, Clock clock, Randomness randomness) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.randomness = randomness;
    }

    NewApiKey create(Principal caller, ApiKeySpec spec) {
        if (caller.name().startsWith(PRINCIPAL)) {
            throw new ElanusException(
                    StandardErrorCode.PERMISSION_DENIED, "an API key makes no other: sign in as a user");
        }
        AccessLimits.description(spec.description());
        if (spec.lifetime().compareTo(SHORTEST) < 0 || spec.lifetime().compareTo(LONGEST) > 0) {
            throw ElanusException.invalid(
                    "an API key lives for %d minute to %d days, not for %s",
                    SHORTEST.toMinutes(), LONGEST.toDays(), spec.lifetime());
        }
        if (spec.roles().isEmpty()) {
            throw ElanusException.invalid("an API key has 1 or more roles of its owner; name them");
        }
        byte[] secret = random(SECRET_BYTES);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Key created = store.change((view, edit) -> {
            requireOwner(view, caller);
            requireRoles(view, caller, spec.roles());
            AccessLimits.number("API keys", view.keys().size(), AccessLimits.KEYS);
            AccessLimits.number(
                    "API keys of '" + AccessLimits.shown(caller.name()) + "'",
                    (int) view.keys().values().stream()
                            .filter(key -> key.owner().equals(caller.name()))
                            .count(),
                    AccessLimits.KEYS_OF_OWNER);
            long now = clock.millis();
            Key key = new Key(
                    HexFormat.of().formatHex(random(ID_BYTES)),
                    spec.description(),
                    caller.name(),
                    spec.roles(),
                    hash(text),
                    now,
                    now + spec.lifetime().toMillis());
            edit.put(key);
            return key;
        });
        return new NewApiKey(info(created), PREFIX + created.id() + "_" + text);
    }

    /** Only of them it is known here which roles they still have. A user can have been dropped since it signed in. */
    private static void requireOwner(AccessView view, Principal caller) {
        if (caller.name().equals(Principal.ANONYMOUS.name()) || !view.users().containsKey(caller.name())) {
            throw new ElanusException(
                    StandardErrorCode.PERMISSION_DENIED,
                    "only users that are stored here own API keys, and '" + AccessLimits.shown(caller.name())
                            + "' is none");
        }
    }

    private void requireRoles(AccessView view, Principal caller, Set<String> roles) {
        Holdings holdings = new Holdings(view, caller, settings.enforced());
        for (String role : roles) {
            RoleDefinitions.require(view, role);
            if (!holdings.isAdmin()
                    && !role.equals(AccessControl.PUBLIC)
                    && !caller.roles().contains(role)) {
                throw new ElanusException(
                        StandardErrorCode.PERMISSION_DENIED,
                        "user '" + AccessLimits.shown(caller.name()) + "' does not have the role '" + role
                                + "' and cannot give it to an API key");
            }
        }
    }

    /** Those that the caller may see. */
    List<ApiKeyInfo> list(Principal caller) {
        AccessView view = store.view();
        boolean all = new Holdings(view, caller, settings.enforced()).isAdmin();
        return view.keys().values().stream()
                .filter(key -> all || key.owner().equals(caller.name()))
                .map(ApiKeys::info)
                .toList();
    }

    void revoke(Principal caller, String id) {
        store.change((view, edit) -> {
            Key key = view.keys().get(id);
            boolean all = new Holdings(view, caller, settings.enforced()).isAdmin();
            if (key == null || !(all || key.owner().equals(caller.name()))) {
                // The same for another's, so that nobody learns of it.
                throw ElanusException.invalid("not found the API key[%s]", AccessLimits.shown(id));
            }
            return edit.deleteKey(id);
        });
    }

    /**
     * The key of a token; empty when the token does not look like one of ours.
     *
     * @throws ElanusException UNAUTHENTICATED when it does, and is none that works
     */
    Optional<Key> find(String token) {
        if (!token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        Matcher parts = FORMAT.matcher(token);
        if (!parts.matches()) {
            throw refused("the API key is malformed");
        }
        Key key = store.view().keys().get(parts.group(1));
        boolean same = MessageDigest.isEqual(
                hash(parts.group(2)).getBytes(StandardCharsets.US_ASCII),
                (key == null ? "" : key.secretHash()).getBytes(StandardCharsets.US_ASCII));
        if (key == null || !same) {
            throw refused("the API key is unknown or was revoked");
        }
        if (key.expiresAt() <= clock.millis()) {
            throw refused("the API key " + key.id() + " has expired");
        }
        return Optional.of(key);
    }

    /** The roles that work now: those that the owner has, or any that an admin named; none without an owner. */
    static Set<String> roles(AccessView view, Key key) {
        User owner = view.users().get(key.owner());
        if (owner == null) {
            return Set.of();
        }
        if (owner.roles().contains(AccessControl.ADMIN)) {
            return key.roles();
        }
        Set<String> roles = new TreeSet<>(key.roles());
        roles.retainAll(owner.roles());
        return roles;
    }

    private static ElanusException refused(String why) {
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, why);
    }

    private static ApiKeyInfo info(Key key) {
        return new ApiKeyInfo(
                key.id(), key.description(), key.owner(), List.copyOf(key.roles()), key.createdAt(), key.expiresAt());
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private byte[] random(int count) {
        byte[] bytes = new byte[count];
        randomness.secureBytes(bytes);
        return bytes;
    }
}
