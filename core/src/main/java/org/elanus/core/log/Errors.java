package org.elanus.core.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What failed appends throw. */
final class Errors {

    private Errors() {}

    /** The same error with the stack of this thread. */
    static ElanusException again(ElanusException e) {
        return new ElanusException(e.code(), String.valueOf(e.getMessage()), e);
    }

    static ElanusException of(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof ElanusException known
                ? again(known)
                : new ElanusException(StandardErrorCode.INTERNAL, "the log failed", cause);
    }

    /** Waits for a result and unwraps its failure. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw of(e);
        }
    }
}
