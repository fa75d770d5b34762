package org.elanus.core.access;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Signs callers in: asks the configured authenticators one after the other, remembers for seconds whom they recognised,
 * slows those down who fail. A remembered caller is checked again every second that it is active, beside its calls, so
 * that none waits for a hash. Safe for use by many threads.
 */
final class SignIn {

    private static final Logger log = LoggerFactory.getLogger(SignIn.class);

    private static final int LONGEST_USER = 256;
    private static final int LONGEST_SECRET = 1 << 16;

    /** More attempts than this that wait for a processor are refused. */
    private static final int MOST_WAITING = 256;

    private final List<String> authenticators;
    private final Registry registry;
    private final Clock clock;
    private final Threads threads;
    private final Consumer<Event> events;
    private final CredentialDigest.Factory digests;
    private final Recognitions recognitions = new Recognitions();
    private final Throttle throttle;
    private final Refusals without;
    private final Refusals implausible;
    private final Refusals tokens;
    private final Refusals waiting;
    /** A hash takes memory and a processor, and whoever reaches the port can ask for one. */
    private final Semaphore attempts =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    SignIn(
            List<String> authenticators,
            Registry registry,
            Clock clock,
            Threads threads,
            Randomness randomness,
            Consumer<Event> events) {
        this.authenticators = List.copyOf(authenticators);
        this.registry = registry;
        this.clock = clock;
        this.threads = threads;
        this.events = events;
        this.digests = new CredentialDigest.Factory(randomness);
        this.throttle = new Throttle(clock);
        this.without = new Refusals(clock);
        this.implausible = new Refusals(clock);
        this.tokens = new Refusals(clock);
        this.waiting = new Refusals(clock);
    }

    /** Without blocking; empty when only {@link #signIn} can tell. */
    Optional<Session> recognise(Credentials credentials) {
        if (!isPlausible(credentials)) {
            return Optional.empty();
        }
        Recognition known = recognitions.find(digests.of(credentials));
        return known != null && holds(known, credentials)
                ? Optional.of(new Recognised(known, credentials))
                : Optional.empty();
    }

    Session signIn(Credentials credentials, String remoteAddress) {
        if (credentials instanceof Credentials.None) {
            throw refused(without, "", remoteAddress, "missing authorization in header");
        }
        String user = user(credentials);
        if (!isPlausible(credentials)) {
            throw refused(
                    implausible, user, remoteAddress, "the credentials are too long or hold characters that none has");
        }
        CredentialDigest digest = digests.of(credentials);
        Recognition known = recognitions.find(digest);
        if (known != null && holds(known, credentials)) {
            return new Recognised(known, credentials);
        }
        Recognition recognised = credentials instanceof Credentials.Password
                ? attempt(credentials, new Throttle.Source(remoteAddress, user))
                : attemptByToken(credentials, remoteAddress);
        stillHolds(recognised, clock.nanos());
        recognitions.put(digest, recognised);
        return new Recognised(recognised, credentials);
    }

    private Recognition attemptByToken(Credentials credentials, String remoteAddress) {
        try {
            return askAll(credentials);
        } catch (ElanusException e) {
            // Not throttled: nobody guesses one, and those who try would fill the memory for guessed passwords.
            throw e.code() == StandardErrorCode.UNAUTHENTICATED
                    ? refused(tokens, "", remoteAddress, String.valueOf(e.getMessage()))
                    : e;
        }
    }

    /** Logged and told each time: it took a hash, so that there are only so many. */
    private ElanusException refused(String user, String remoteAddress) {
        // What is told of a user does not tell whether there is one.
        String reason = "auth check failure, please check username [" + user + "] and password are correct";
        log.info("sign-in of '{}' from {} refused: {}", user, remoteAddress, reason);
        events.accept(new Event.SignInRefused(clock.millis(), user, remoteAddress, reason));
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, reason);
    }

    /** For what costs no hash: else whoever reaches the port could fill the log, or the queues of listeners. */
    private ElanusException refused(Refusals kind, String user, String remoteAddress, String reason) {
        long untold = kind.next();
        if (untold >= 0) {
            String told = untold == 0 ? reason : reason + " (and " + untold + " more like it before)";
            log.atLevel(kind == waiting ? Level.INFO : Level.DEBUG)
                    .log("sign-in of '{}' from {} refused: {}", user, remoteAddress, told);
            events.accept(new Event.SignInRefused(clock.millis(), user, remoteAddress, told));
        }
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, reason);
    }

    private void requireNoWait(Throttle.Source source) {
        long wait = throttle.waitNanos(source);
        if (wait > 0) {
            throw refused(
                    waiting,
                    source.user(),
                    source.remoteAddress(),
                    "too many failed attempts to sign in; try again in %d s"
                            .formatted(TimeUnit.NANOSECONDS.toSeconds(wait) + 1));
        }
    }

    private static String user(Credentials credentials) {
        return credentials instanceof Credentials.Password password ? printable(password.user()) : "";
    }

    /** What others gave, for messages and the log. */
    private static String printable(String text) {
        String cut = text.length() > LONGEST_USER ? text.substring(0, LONGEST_USER) : text;
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isPlausible(Credentials credentials) {
        return switch (credentials) {
            case Credentials.None none -> false;
            case Credentials.Password password ->
                password.user().length() <= LONGEST_USER
                        && password.password().length() <= LONGEST_SECRET
                        && isClean(password.user())
                        && isClean(password.password());
            case Credentials.Token token ->
                !token.text().isEmpty() && token.text().length() <= LONGEST_SECRET && isClean(token.text());
            case Credentials.Certificate certificate -> !certificate.names().isEmpty();
        };
    }

    private static boolean isClean(String text) {
        return text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    /** Checks a password; a bounded number of threads at a time. */
    private Recognition attempt(Credentials credentials, Throttle.Source source) {
        requireNoWait(source);
        acquireAttempt();
        try {
            // Others may have failed while this one waited for its turn.
            requireNoWait(source);
            Recognition recognised = ask(credentials, source);
            throttle.succeeded(source);
            return recognised;
        } finally {
            attempts.release();
        }
    }

    private Recognition ask(Credentials credentials, Throttle.Source source) {
        try {
            return askAll(credentials);
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.UNAUTHENTICATED) {
                throw e;
            }
            throttle.failed(source);
            throw refused(source.user(), source.remoteAddress());
        }
    }

    private void acquireAttempt() {
        if (attempts.getQueueLength() > MOST_WAITING) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "too many callers sign in at this moment; try again");
        }
        attempts.acquireUninterruptibly();
    }

    /** Asks again for somebody who was recognised before. */
    private Recognition attemptAgain(Credentials credentials) {
        if (!(credentials instanceof Credentials.Password)) {
            return askAll(credentials);
        }
        acquireAttempt();
        try {
            return askAll(credentials);
        } finally {
            attempts.release();
        }
    }

    private Recognition askAll(Credentials credentials) {
        for (String name : authenticators) {
            Optional<Identity> identity = ask(name, credentials);
            if (identity.isPresent()) {
                return new Recognition(name, checked(name, identity.get()), clock.nanos());
            }
        }
        throw new ElanusException(
                StandardErrorCode.UNAUTHENTICATED, "auth check failure, nobody here knows credentials of this kind");
    }

    private Optional<Identity> ask(String name, Credentials credentials) {
        try (Registry.Lease<Authenticator> lease = lease(name)) {
            return lease.get().authenticate(credentials);
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.UNAUTHENTICATED || e.code().category() == ErrorCategory.RETRYABLE) {
                throw e;
            }
            throw failed(name, e);
        } catch (RuntimeException e) {
            throw failed(name, e);
        }
    }

    private static ElanusException failed(String name, RuntimeException error) {
        log.warn("authenticator {} failed", name, error);
        return new ElanusException(StandardErrorCode.NOT_READY, "nobody can tell now who calls; try again", error);
    }

    private Registry.Lease<Authenticator> lease(String name) {
        try {
            return registry.lease(Authenticator.class, name);
        } catch (ElanusException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, "the authenticator '" + name + "' does not run now; try again", e);
        }
    }

    /** No authenticator makes a caller into a plugin, or into nobody; only ours into the holder of an API key. */
    private Identity checked(String name, Identity identity) {
        String user = identity.principal().name();
        if (user.isBlank()
                || user.startsWith(Permissions.SERVICE_PREFIX)
                || user.equals(Principal.ANONYMOUS.name())
                || (user.startsWith(BuiltinAccess.API_KEY_PREFIX) && !name.equals(BuiltinAccess.AUTHENTICATOR))
                || !isClean(user)) {
            throw new ElanusException(
                    StandardErrorCode.UNAUTHENTICATED,
                    "auth check failure, the name '" + printable(user) + "' is not for users");
        }
        if (clock.millis() >= identity.expiresAtMillis()) {
            log.debug("authenticator {} recognised an expired caller", name);
            throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "auth check failure, the credentials expired");
        }
        return identity;
    }

    /** Whether a caller that was recognised before still is; never blocks, but may have it checked beside. */
    private boolean holds(Recognition known, Credentials credentials) {
        long now = clock.nanos();
        known.use(now);
        if (known.isEnded(clock.millis())) {
            return false;
        }
        if (stillHolds(known, now)) {
            return true;
        }
        if (known.isVouchedFor() || known.isStale(now)) {
            return false;
        }
        if (known.isFresh(now)) {
            return true;
        }
        checkBeside(known, credentials);
        return true;
    }

    /** Asks the authenticator, which knows from memory or not at all. */
    private boolean stillHolds(Recognition known, long now) {
        try (Registry.Lease<Authenticator> lease = lease(known.authenticator())) {
            boolean holds = lease.get().stillHolds(known.identity());
            if (holds) {
                known.vouch(now);
            }
            return holds;
        } catch (RuntimeException e) {
            log.debug("authenticator {} cannot tell whether a caller still holds", known.authenticator(), e);
            return false;
        }
    }

    private void checkBeside(Recognition known, Credentials credentials) {
        if (!known.beginCheck()) {
            return;
        }
        boolean started = false;
        try {
            threads.startVirtual("sign-in-check", () -> check(known, credentials));
            started = true;
        } finally {
            if (!started) {
                known.checked();
            }
        }
    }

    private void check(Recognition known, Credentials credentials) {
        try {
            long asked = clock.nanos();
            Recognition again = attemptAgain(credentials);
            boolean same =
                    again.identity().principal().name().equals(known.identity().principal().name());
            if (same && again.authenticator().equals(known.authenticator())) {
                known.confirm(again.identity(), asked);
            } else {
                known.end();
            }
        } catch (ElanusException e) {
            if (e.code() == StandardErrorCode.UNAUTHENTICATED) {
                log.info("'{}' is signed out: {}", known.identity().principal().name(), e.getMessage());
                known.end();
            }
        } finally {
            known.checked();
        }
    }

    /** A caller for one call; its credentials are kept no longer than that. */
    private final class Recognised implements Session {

        private final Recognition recognition;
        private final Credentials credentials;
        private final Principal principal;
        private volatile boolean waiting;
        private volatile long waitingSince;

        Recognised(Recognition recognition, Credentials credentials) {
            this.recognition = recognition;
            this.credentials = credentials;
            this.principal = recognition.identity().principal();
        }

        @Override
        public Principal principal() {
            return principal;
        }

        /** A call may not have asked for long: it is not over while the check that it asks for now is under way. */
        @Override
        public boolean isEnded() {
            long now = clock.nanos();
            recognition.use(now);
            if (recognition.isEnded(clock.millis())) {
                return true;
            }
            if (recognition.isFresh(now) || stillHolds(recognition, now)) {
                waiting = false;
                return false;
            }
            if (!waiting) {
                waitingSince = now;
                waiting = true;
            }
            checkBeside(recognition, credentials);
            return now - waitingSince >= Recognition.LONGEST_CHECK_NANOS;
        }
    }
}
