package org.elanus.testkit.simulation.check;

import java.util.EnumSet;
import java.util.Set;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.simulation.SimulatedServer;
import org.jspecify.annotations.Nullable;

/** Judges the errors that calls end with: which are right by the faults that came, and what they leave open. */
final class Failures {

    /** What clients may meet at any time, because others change definitions. */
    private static final Set<StandardErrorCode> BY_DEFINITIONS = EnumSet.of(
            StandardErrorCode.COLLECTION_NOT_FOUND,
            StandardErrorCode.COLLECTION_NOT_LOADED,
            StandardErrorCode.PARTITION_NOT_FOUND,
            StandardErrorCode.PARTITION_NOT_LOADED,
            StandardErrorCode.ALIAS_NOT_FOUND,
            StandardErrorCode.CONFLICT);

    private static final Set<StandardErrorCode> BY_FAULTS = EnumSet.of(
            StandardErrorCode.IO_FAILURE,
            StandardErrorCode.DISK_FULL,
            StandardErrorCode.CLOSED,
            StandardErrorCode.NOT_READY,
            StandardErrorCode.TIMEOUT,
            StandardErrorCode.MEMORY_LIMIT,
            StandardErrorCode.INTERNAL,
            StandardErrorCode.FENCED,
            // its creation has failed
            StandardErrorCode.INDEX_NOT_FOUND);

    private boolean alone;

    /** From now on nobody else changes definitions: what a call names is there. */
    void alone() {
        alone = true;
    }

    /** Whether nothing was changed. */
    static Operation.Result resultOf(ElanusException failure) {
        return failure.code().category() == ErrorCategory.USER ? Operation.Result.REFUSED : Operation.Result.UNKNOWN;
    }

    /** What is wrong with the error itself; null when it is right. @param what the call */
    @Nullable
    String judge(String what, RuntimeException failure, SimulatedServer server) {
        if (!(failure instanceof ElanusException known) || !(known.code() instanceof StandardErrorCode code)) {
            return "I14: " + what + " ended with " + failure + trace(failure);
        }
        if (!alone && BY_DEFINITIONS.contains(code) || server.hadFaults() && BY_FAULTS.contains(code)) {
            return null;
        }
        if (code == StandardErrorCode.CORRUPT) {
            return server.damages().isEmpty()
                    ? "I13: " + what + " reported damage although nothing was damaged: " + known.getMessage()
                    : null;
        }
        if (!server.damages().isEmpty() && BY_FAULTS.contains(code)) {
            return null;
        }
        return "I14: " + what + " failed with " + code + " without a fault that explains it: " + known.getMessage()
                + trace(failure);
    }

    private static String trace(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable at = failure; at != null && text.length() < 2_000; at = at.getCause()) {
            text.append(at == failure ? "" : " caused by " + at);
            StackTraceElement[] frames = at.getStackTrace();
            for (int i = 0; i < Math.min(6, frames.length); i++) {
                text.append(" at ").append(frames[i]);
            }
        }
        return text.toString();
    }
}
