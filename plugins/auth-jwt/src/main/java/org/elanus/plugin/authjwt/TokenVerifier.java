package org.elanus.plugin.authjwt;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.MalformedJwtException;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.UnsupportedJwtException;
import io.jsonwebtoken.io.DecodingException;
import java.security.Key;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a token: form, size, algorithm, key, signature, times, issuer, audience, in this order. Claims are not read before
 * the signature holds. Safe for use by many threads.
 */
final class TokenVerifier {

    private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);
    private static final int MOST_VALUES = 4_096;

    private final AuthJwtConfig config;
    private final KeyCache keys;
    private final CallerClaims caller;
    private final JwtParser parser;

    TokenVerifier(AuthJwtConfig config, KeyCache keys, Clock clock) {
        this.config = config;
        this.keys = keys;
        this.caller = new CallerClaims(config);
        this.parser = Jwts.parser()
                .json(new BoundedJson(MOST_VALUES))
                .clock(() -> new Date(clock.millis()))
                .clockSkewSeconds(config.leeway().toSeconds())
                .keyLocator(this::key)
                // A small token could unpack into a very large one.
                .zip()
                .clear()
                .and()
                .build();
    }

    /** @throws ElanusException UNAUTHENTICATED as a {@link Refusal} says, or NOT_READY without keys */
    Identity verify(String token) {
        requireForm(token);
        KeyCache.Loaded before = keys.current();
        Claims claims = claims(token);
        requireIssuer(claims);
        requireAudience(claims);
        Principal principal = caller.principal(claims);
        // Should the keys have changed just now, the stamp is the old one, and the token is looked at once more.
        return new Identity(principal, expiry(claims), Long.toString(before.generation()));
    }

    /** Whether what {@link #verify} gave out still rests on the same keys. */
    boolean stillHolds(Identity identity) {
        try {
            return Long.toString(keys.current().generation()).equals(identity.stamp());
        } catch (ElanusException _) {
            return false;
        }
    }

    private void requireForm(String token) {
        if (token.length() > config.maxTokenSize().bytes()) {
            throw Refusal.TOO_LARGE.exception("at most " + config.maxTokenSize().bytes() + " bytes are read");
        }
        int dots = 0;
        for (int i = 0; i < token.length(); i++) {
            char character = token.charAt(i);
            if (character == '.') {
                dots++;
            } else if (!isBase64Url(character)) {
                throw Refusal.WRONG_FORMAT.exception();
            }
        }
        if (dots == 4) {
            throw Refusal.WRONG_FORMAT.exception("this one is encrypted");
        }
        if (dots != 2 || token.startsWith(".") || token.contains("..")) {
            throw Refusal.WRONG_FORMAT.exception();
        }
    }

    private static boolean isBase64Url(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || character == '-'
                || character == '_';
    }

    private Claims claims(String token) {
        try {
            return parser.parseSignedClaims(token).getPayload();
        } catch (ElanusException e) {
            throw e;
        } catch (ExpiredJwtException _) {
            throw Refusal.EXPIRED.exception();
        } catch (PrematureJwtException _) {
            throw Refusal.NOT_YET_VALID.exception();
        } catch (MalformedJwtException e) {
            throw malformed(token, e);
        } catch (DecodingException _) {
            throw Refusal.WRONG_FORMAT.exception();
        } catch (UnsupportedJwtException _) {
            throw Refusal.INVALID.exception("it is not signed, or not in a way that is accepted");
        } catch (JwtException _) {
            throw Refusal.INVALID.exception("its signature does not hold");
        } catch (RuntimeException e) {
            // Without the message, which may quote the token.
            log.debug("a token is refused because of {}", e.getClass().getName());
            throw Refusal.INVALID.exception();
        }
    }

    private static ElanusException malformed(String token, MalformedJwtException e) {
        if (token.endsWith(".")) {
            return Refusal.INVALID.exception("it is not signed");
        }
        // The parser's words for a claim of the standard that has a wrong type, in a token whose signature holds.
        String message = String.valueOf(e.getMessage());
        return message.startsWith("Invalid claims")
                ? Refusal.INVALID.exception("one of its claims has a wrong type")
                : Refusal.WRONG_FORMAT.exception();
    }

    /** Asked by the parser before it checks the signature. Nothing but {@code alg} and {@code kid} counts. */
    private Key key(Header header) {
        Optional<Algorithm> algorithm = Algorithm.of(header.getAlgorithm());
        if (algorithm.isEmpty() || !(header instanceof JwsHeader signed)) {
            throw Refusal.INVALID.exception("its algorithm is not accepted");
        }
        KeyCache.Loaded now = keys.current();
        Optional<VerificationKey> found = now.keys().find(signed.getKeyId(), algorithm.get());
        if (found.isEmpty()) {
            KeyCache.Loaded newer = keys.after(now);
            found = newer.keys().find(signed.getKeyId(), algorithm.get());
        }
        return found.orElseThrow(Refusal.UNKNOWN_KEY::exception).key();
    }

    private void requireIssuer(Claims claims) {
        if (config.issuer().isPresent() && !config.issuer().get().equals(claims.getIssuer())) {
            throw Refusal.WRONG_ISSUER.exception();
        }
    }

    private void requireAudience(Claims claims) {
        if (config.audience().isEmpty()) {
            return;
        }
        Set<String> audience = claims.getAudience();
        if (audience == null || config.audience().stream().noneMatch(audience::contains)) {
            throw Refusal.WRONG_AUDIENCE.exception();
        }
    }

    private long expiry(Claims claims) {
        Date expiration = claims.getExpiration();
        if (expiration == null) {
            if (config.requireExpiry()) {
                throw Refusal.INVALID.exception("it never expires");
            }
            return Identity.NEVER;
        }
        return expiration.getTime() + config.leeway().toMillis();
    }
}
