package org.elanus.plugin.walpulsar;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Asks the brokers' administration which policies apply to a topic, and refuses those by which it would lose records that
 * the log still needs.
 */
final class TopicPolicies implements AutoCloseable {

    private static final int MOST_REDIRECTS = 5;
    private static final int TEMPORARY_REDIRECT = 307;

    private final PulsarSettings settings;
    private final String address;
    private final HttpClient client;

    private TopicPolicies(PulsarSettings settings, String address, HttpClient client) {
        this.settings = settings;
        this.address = address;
        this.client = client;
    }

    /** Checks the topic when the address of the administration is configured. */
    static void check(PulsarSettings settings, String topic)
            throws IOException, InterruptedException, GeneralSecurityException {
        if (settings.config().adminUrl().isEmpty()) {
            return;
        }
        String url = settings.config().adminUrl().get();
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(settings.config().openTimeout());
        if (url.startsWith("https")) {
            builder.sslContext(PemTls.context(settings));
        }
        try (TopicPolicies policies = new TopicPolicies(
                settings, url.endsWith("/") ? url.substring(0, url.length() - 1) : url, builder.build())) {
            policies.check(topic);
        }
    }

    private void check(String topic) throws IOException, InterruptedException {
        String path = "persistent/" + topic.substring("persistent://".length());
        String seconds = get(path + "/messageTTL?applied=true").strip();
        if (!seconds.isEmpty() && !seconds.equals("0") && !seconds.equals("null") && !seconds.startsWith("-")) {
            throw loses(
                    topic,
                    "messages expire after " + seconds + " seconds",
                    "pulsar-admin namespaces set-message-ttl --messageTTL 0 " + namespace()
                            + "' or, where the topic has its own, 'pulsar-admin topicPolicies remove-message-ttl "
                            + topic);
        }
        if (get(path + "/backlogQuotaMap?applied=true").contains("consumer_backlog_eviction")) {
            throw loses(
                    topic,
                    "the backlog quota evicts what was not consumed",
                    "pulsar-admin namespaces set-backlog-quota --policy producer_request_hold --limit <size> "
                            + namespace());
        }
        String minutes =
                get("namespaces/" + namespace() + "/subscriptionExpirationTime").strip();
        if (!minutes.isEmpty() && !minutes.equals("0") && !minutes.equals("null") && !minutes.startsWith("-")) {
            throw loses(
                    topic,
                    "subscriptions that are not connected expire after " + minutes + " minutes",
                    "pulsar-admin namespaces set-subscription-expiration-time --time 0 " + namespace());
        }
    }

    private String namespace() {
        return settings.config().tenant() + "/" + settings.config().namespace();
    }

    private static ElanusException loses(String topic, String why, String repair) {
        return new ElanusException(
                StandardErrorCode.CONFIGURATION_INVALID,
                "topic %s would lose records: %s; repair it with '%s'".formatted(topic, why, repair));
    }

    /**
     * What is asked of a topic, a broker redirects to the one that owns it. Followed by hand, since the JDK's client leaves
     * out the token when the host changes; these are brokers of one cluster.
     */
    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create(address + "/admin/v2/" + path);
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<String> answer = send(uri);
            if (answer.statusCode() == TEMPORARY_REDIRECT) {
                uri = target(uri, answer.headers().firstValue("Location").orElse(""));
            } else if (answer.statusCode() >= 300) {
                throw new ElanusException(
                        answer.statusCode() >= 500 ? StandardErrorCode.NOT_READY : StandardErrorCode.IO_FAILURE,
                        "%s answered %d when asked for %s; allow the role to read policies, or leave plugins.wal-pulsar.admin-url out and see to the policies yourself"
                                .formatted(base(uri), answer.statusCode(), path));
            } else {
                return answer.body();
            }
        }
        throw new ElanusException(
                StandardErrorCode.NOT_READY,
                "%s, which is plugins.wal-pulsar.admin-url, redirects more than %d times when asked for %s"
                        .formatted(address, MOST_REDIRECTS, path));
    }

    /** Of the same scheme, so that what was asked over TLS does not take the token out of it. */
    private static URI target(URI from, String location) {
        try {
            URI to = from.resolve(location);
            if (!location.isEmpty() && from.getScheme().equalsIgnoreCase(to.getScheme()) && to.getHost() != null) {
                return to;
            }
        } catch (IllegalArgumentException _) {
            // No address at all.
        }
        throw new ElanusException(
                StandardErrorCode.IO_FAILURE,
                "%s redirects to '%s', which is no %s address of a broker"
                        .formatted(base(from), location, from.getScheme()));
    }

    private static String base(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private HttpResponse<String> send(URI uri) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(settings.config().openTimeout());
        settings.config().token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY,
                    "the policies of the topics could not be read from %s; plugins.wal-pulsar.admin-url names it or leads there (%s)"
                            .formatted(base(uri), e),
                    e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
