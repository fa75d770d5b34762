package org.elanus.plugin.walpulsar;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.pulsar.client.api.PulsarClientException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Turns what Pulsar's client reports into the errors of the log's contract. */
final class Failures {

    private static final int LONGEST_REASON = 300;

    private Failures() {}

    /**
     * @param where such as {@code log channel c-0 on pulsar://broker:6650}
     */
    static ElanusException of(String where, Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case ElanusException e -> e;
            case PulsarClientException.ProducerFencedException e ->
                fail(StandardErrorCode.FENCED, where + ": another owner has opened it", e);
            case PulsarClientException.TimeoutException e ->
                fail(StandardErrorCode.TIMEOUT, where + ": no answer in time", e);
            case PulsarClientException.ProducerBlockedQuotaExceededError e ->
                fail(StandardErrorCode.DISK_FULL, where + ": the topic's backlog quota is used up", e);
            case PulsarClientException.ProducerBlockedQuotaExceededException e ->
                fail(StandardErrorCode.DISK_FULL, where + ": the topic's backlog quota is used up", e);
            case PulsarClientException.AuthenticationException e -> refused(where, e);
            case PulsarClientException.AuthorizationException e -> refused(where, e);
            case PulsarClientException.GettingAuthenticationDataException e -> refused(where, e);
            case PulsarClientException.UnsupportedAuthenticationException e -> refused(where, e);
            case PulsarClientException.InvalidMessageException e -> fail(StandardErrorCode.IO_FAILURE, where, e);
            case PulsarClientException.TopicTerminatedException e ->
                fail(StandardErrorCode.IO_FAILURE, where + ": the topic was terminated", e);
            case PulsarClientException.TopicDoesNotExistException e -> missing(where, e);
            case PulsarClientException.NotFoundException e -> missing(where, e);
            case PulsarClientException e
            when e.getCause() instanceof InterruptedException ->
                fail(StandardErrorCode.CANCELLED, where + ": interrupted", e);
            case PulsarClientException e -> fail(StandardErrorCode.NOT_READY, where + ": not reached", e);
            case IOException e -> fail(StandardErrorCode.IO_FAILURE, where, e);
            case GeneralSecurityException e -> fail(StandardErrorCode.CONFIGURATION_INVALID, where, e);
            case InterruptedException e -> fail(StandardErrorCode.CANCELLED, where + ": interrupted", e);
            default -> fail(StandardErrorCode.INTERNAL, where, cause);
        };
    }

    private static ElanusException refused(String where, PulsarClientException error) {
        return fail(
                StandardErrorCode.IO_FAILURE,
                where
                        + ": the broker refuses access; check token or tls-certificate of plugins.wal-pulsar, and that its"
                        + " role may produce and consume",
                error);
    }

    private static ElanusException missing(String where, PulsarClientException error) {
        return fail(
                StandardErrorCode.NOT_READY,
                where + ": the topic or its namespace does not exist; create it, or let the brokers create topics",
                error);
    }

    private static ElanusException fail(StandardErrorCode code, String what, Throwable cause) {
        return new ElanusException(code, what + " (" + reason(cause) + ")", cause);
    }

    /** What the client says, without the statistics that it adds. */
    static String reason(Throwable error) {
        String message = String.valueOf(error.getMessage()).strip();
        String line = message.lines().findFirst().orElse("");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }
}
