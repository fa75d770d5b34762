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

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/admin/v2/" + path))
                .timeout(settings.config().openTimeout());
        settings.config().token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpResponse<String> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY,
                    "the policies of the topics could not be read from %s, which is plugins.wal-pulsar.admin-url (%s)"
                            .formatted(address, e),
                    e);
        }
        if (answer.statusCode() >= 300) {
            throw new ElanusException(
                    answer.statusCode() >= 500 ? StandardErrorCode.NOT_READY : StandardErrorCode.IO_FAILURE,
                    "%s answered %d when asked for %s; allow the role to read policies, or leave plugins.wal-pulsar.admin-url out and see to the policies yourself"
                            .formatted(address, answer.statusCode(), path));
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
