package org.elanus.core.metrics;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Puts errors into one of a bounded number of kinds. Stateless. */
final class ErrorTypes {

    private static final String[] STANDARD = new String[StandardErrorCode.values().length];

    static {
        for (StandardErrorCode code : StandardErrorCode.values()) {
            STANDARD[code.ordinal()] = code.name().toLowerCase(Locale.ROOT);
        }
    }

    private ErrorTypes() {}

    static String of(StandardErrorCode code) {
        return STANDARD[code.ordinal()];
    }

    /** A plugin may have any number of codes of its own; they count by their category. */
    static String of(Throwable error) {
        return switch (error) {
            case ElanusException known ->
                known.code() instanceof StandardErrorCode code
                        ? of(code)
                        : "plugin_" + known.code().category().name().toLowerCase(Locale.ROOT);
            case CancellationException _ -> of(StandardErrorCode.CANCELLED);
            case OutOfMemoryError _ -> "out_of_memory";
            default -> of(StandardErrorCode.INTERNAL);
        };
    }
}
