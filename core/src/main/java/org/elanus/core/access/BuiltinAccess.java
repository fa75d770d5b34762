package org.elanus.core.access;

import java.util.List;
import java.util.Set;
import org.elanus.core.access.rbac.BuiltinAuthenticator;
import org.elanus.core.access.rbac.PasswordHashes;
import org.elanus.core.access.rbac.RbacSettings;
import org.elanus.core.access.rbac.RoleAuthorizer;
import org.elanus.core.access.rbac.StoredAccessControl;
import org.elanus.core.catalog.AccessEdit;
import org.elanus.core.catalog.AccessRecords.Privilege;
import org.elanus.core.catalog.AccessRecords.Role;
import org.elanus.core.catalog.AccessRecords.User;
import org.elanus.core.catalog.AccessStore;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;

/**
 * The users, roles and API keys of the metadata store, with the authenticator {@code builtin} and the authoriser
 * {@code rbac} that read them. Safe for use by many threads.
 */
public final class BuiltinAccess implements AutoCloseable {

    /** Iterations of PBKDF2 that keep guessing slow. */
    public static final int DEFAULT_ITERATIONS = PasswordHashes.DEFAULT_ITERATIONS;

    /** The authenticator's name. */
    static final String AUTHENTICATOR = BuiltinAuthenticator.NAME;

    /** What the names of API keys' holders begin with, as the authenticator gives them. */
    static final String API_KEY_PREFIX = BuiltinAuthenticator.API_KEY_PREFIX;

    private final AccessStore store;
    private final PasswordHashes hashes;
    private final StoredAccessControl control;
    private final BuiltinAuthenticator authenticator;
    private final RoleAuthorizer authorizer;

    private BuiltinAccess(
            AccessStore store, PasswordHashes hashes, RbacSettings settings, Clock clock, Randomness randomness) {
        this.store = store;
        this.hashes = hashes;
        this.control = new StoredAccessControl(store, settings, hashes, clock, randomness);
        this.authenticator = new BuiltinAuthenticator(store, settings, hashes, control, clock);
        this.authorizer = new RoleAuthorizer(store);
    }

    /**
     * Reads the users of a store, or makes the first one, {@code root}, in a store that never held any.
     *
     * @param store stays the caller's, who closes it afterwards
     * @param enforced whether callers sign in; otherwise nobody's roles are asked for
     * @param superUsers who change passwords without the old one
     * @param firstRootPassword root's password until it is changed; empty for none
     * @param iterations of PBKDF2 for new passwords
     */
    public static BuiltinAccess open(
            MetadataStore store,
            boolean enforced,
            Set<String> superUsers,
            String firstRootPassword,
            int iterations,
            Clock clock,
            Randomness randomness) {
        PasswordHashes hashes = new PasswordHashes(randomness, iterations);
        String rootHash = firstRootPassword.isEmpty() ? "" : hashes.hash(firstRootPassword);
        AccessStore opened = AccessStore.open(store, edit -> first(edit, clock.millis()));
        return new BuiltinAccess(
                opened, hashes, new RbacSettings(enforced, superUsers, rootHash), clock, randomness);
    }

    private static void first(AccessEdit edit, long now) {
        edit.put(new User(AccessControl.ROOT, "", "", Set.of(AccessControl.ADMIN), now));
        edit.put(new Role(
                AccessControl.PUBLIC,
                "everybody has it",
                List.of(
                        forAll(Action.DESCRIBE_COLLECTION),
                        forAll(Action.LIST_ALIASES),
                        forAll(Action.INDEX_DETAIL)),
                now));
    }

    private static Privilege forAll(Action action) {
        return new Privilege(
                action.objectType().wireName(),
                AccessControl.ANY,
                action.wireName(),
                AccessControl.ANY,
                AccessControl.ROOT);
    }

    /** Asks for no action by itself. */
    public AccessControl control() {
        return control;
    }

    /** {@code builtin}. */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** {@code rbac}. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /** Whether root still has the password that the configuration gives. */
    public boolean rootHasFirstPassword() {
        User root = store.view().users().get(AccessControl.ROOT);
        return root != null && root.passwordHash().isEmpty();
    }

    /** Whether this is root's password, set by whomever. Takes as long as a sign-in. */
    public boolean isRootPassword(String password) {
        User root = store.view().users().get(AccessControl.ROOT);
        return root != null && !root.passwordHash().isEmpty() && hashes.matches(password, root.passwordHash());
    }

    /** Whether a user can be given this password. */
    public static boolean isPassword(String text) {
        return StoredAccessControl.isPassword(text);
    }

    /** From now on root cannot be given this password, which everybody knows. */
    public void refuseForRoot(String password) {
        control.refuseForRoot(password);
    }

    /** Stops following the store, which stays open. */
    @Override
    public void close() {
        store.close();
    }
}
