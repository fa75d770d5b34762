package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.elanus.spi.runtime.Clock;

/**
 * The key set that an identity provider publishes. Asks the configured address and no other, for a limited time and for a
 * limited number of bytes. A client lives for one request: none holds threads or connections for the long time between
 * two.
 */
final class JwksUrlSource implements KeySource {

    private final URI address;
    private final Optional<SSLContext> trust;
    private final Duration timeout;
    private final long mostBytes;
    private final Clock clock;
    private final KeySetDocument document;

    JwksUrlSource(AuthJwtConfig config, URI address, Optional<SSLContext> trust, Clock clock, Set<Algorithm> allowed) {
        this.address = address;
        this.trust = trust;
        this.timeout = config.fetchTimeout();
        this.mostBytes = config.maxKeySetSize().bytes();
        this.clock = clock;
        this.document = new KeySetDocument(allowed, false);
    }

    @Override
    public KeySet load() throws IOException, InterruptedException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // Offers no change of protocol, at which some proxies stumble.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        HttpClient client = builder.build();
        try {
            HttpResponse<byte[]> answer = send(client);
            int status = answer.statusCode();
            if (status / 100 == 3) {
                throw new IOException("it redirects (" + status + "), which is not followed");
            }
            if (status != 200) {
                throw new IOException("it answers " + status);
            }
            return document.read(answer.body());
        } finally {
            // Waits for nothing: a server that does not answer holds nobody up.
            client.shutdownNow();
        }
    }

    /** The client's own time limits are for connecting and for the headers only; this one is for all of it. */
    private HttpResponse<byte[]> send(HttpClient client) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Accept", "application/json")
                .build();
        ReentrantLock lock = new ReentrantLock();
        Condition done = lock.newCondition();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), mostBytes));
        CompletableFuture<Void> signalled = answer.handle((response, failure) -> {
            lock.lock();
            try {
                done.signalAll();
            } finally {
                lock.unlock();
            }
            return null;
        });
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!answer.isDone()) {
                if (left <= 0) {
                    answer.cancel(true);
                    throw new IOException("it has not answered in full within " + timeout.toMillis() + " ms");
                }
                left = clock.await(done, left);
            }
        } finally {
            lock.unlock();
            signalled.cancel(false);
        }
        try {
            return answer.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(reason(cause), cause);
        }
    }

    private String reason(Throwable cause) {
        String message = cause.getMessage();
        if (message != null && message.contains("body exceeds capacity")) {
            return "its answer has more than " + mostBytes + " bytes (plugins.auth-jwt.max-key-set-size)";
        }
        return "it cannot be asked: "
                + (message == null || message.isBlank() ? cause.getClass().getSimpleName() : message);
    }

    @Override
    public boolean changes() {
        return true;
    }

    @Override
    public String description() {
        return "plugins.auth-jwt.jwks-url (" + address + ")";
    }
}
