package org.elanus.plugin.walkafka;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;

/** Turns what Kafka's clients throw into the errors of the log's contract. */
final class Failures {

    private final String servers;

    /** @param servers as the configuration names them */
    Failures(String servers) {
        this.servers = servers;
    }

    /** @param doing what failed, such as {@code appending to log channel c-0} */
    ElanusException of(String doing, Throwable error) {
        Throwable cause = root(error);
        if (cause instanceof ElanusException ours) {
            return ours;
        }
        if (cause instanceof InterruptException || cause instanceof InterruptedException) {
            return new ElanusException(StandardErrorCode.CANCELLED, "interrupted while " + doing, cause);
        }
        return new ElanusException(code(cause), "%s failed: %s".formatted(doing, reason(cause)), cause);
    }

    private static ErrorCode code(Throwable cause) {
        return switch (cause) {
            case ProducerFencedException _, InvalidProducerEpochException _ -> StandardErrorCode.FENCED;
            case TimeoutException _ -> StandardErrorCode.TIMEOUT;
            // Of no use for this producer, and no reason why the next one should fail.
            case RetriableException _,
                    OutOfOrderSequenceException _,
                    InvalidPidMappingException _,
                    TransactionAbortableException _,
                    TransactionAbortedException _ -> StandardErrorCode.NOT_READY;
            // A name may resolve later.
            case ConfigException unresolved when isUnresolved(unresolved) -> StandardErrorCode.NOT_READY;
            case ConfigException _, AuthenticationException _, AuthorizationException _, InvalidTxnTimeoutException _ ->
                StandardErrorCode.CONFIGURATION_INVALID;
            default -> StandardErrorCode.IO_FAILURE;
        };
    }

    private String reason(Throwable cause) {
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return switch (cause) {
            case ProducerFencedException _, InvalidProducerEpochException _ ->
                "another writer opened the channel, or this one was silent for longer than transaction-timeout ("
                        + message + ")";
            case TimeoutException _ ->
                "Kafka at %s did not answer in time (%s); see that the brokers run and can be reached from here, and that security-protocol is theirs"
                        .formatted(servers, message);
            case RetriableException _ -> "Kafka at %s cannot serve it now (%s)".formatted(servers, message);
            case AuthenticationException _ ->
                "Kafka at %s refuses this server (%s); see security-protocol, tls-... and sasl-... of plugins.wal-kafka"
                        .formatted(servers, message);
            case AuthorizationException _ ->
                "Kafka at %s does not permit it (%s); docs/wal-kafka.md lists the permissions that the log needs"
                        .formatted(servers, message);
            case ConfigException unresolved
            when isUnresolved(unresolved) ->
                "none of %s can be resolved; see bootstrap-servers of plugins.wal-kafka".formatted(servers);
            case ConfigException _ -> "the configuration of Kafka's client is wrong (%s)".formatted(message);
            case InvalidTxnTimeoutException _ ->
                "transaction-timeout of plugins.wal-kafka is over the brokers' transaction.max.timeout.ms";
            case RecordTooLargeException _ ->
                "the topic's max.message.bytes has become too small (%s)".formatted(message);
            default -> message;
        };
    }

    private static boolean isUnresolved(ConfigException error) {
        return String.valueOf(error.getMessage()).contains("No resolvable bootstrap");
    }

    /** Kafka wraps what really happened, also when a producer that failed before is used again. */
    private static Throwable root(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || (cause.getClass() == KafkaException.class
                                && (cause.getCause() instanceof KafkaException
                                        || cause.getCause() instanceof InterruptedException)))) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether a record's bytes are not what was written. */
    static boolean isCorruption(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CorruptRecordException) {
                return true;
            }
        }
        return false;
    }
}
