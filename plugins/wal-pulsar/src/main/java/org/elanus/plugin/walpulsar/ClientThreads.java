package org.elanus.plugin.walpulsar;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.elanus.spi.runtime.Threads;

/**
 * Calls Pulsar's client on threads that end with the call. The client leaves thread-locals of its network library on each
 * thread that calls it; on a thread of the host's they would keep the plugin's class loader alive.
 */
final class ClientThreads {

    private final Threads threads;

    ClientThreads(Threads threads) {
        this.threads = threads;
    }

    /**
     * Makes the call and waits for it. An interrupt of the waiting thread interrupts the call and is kept.
     *
     * @param where names what is called, for errors
     * @throws org.elanus.spi.error.ElanusException as {@link Failures} says
     */
    <T> T call(String where, Callable<T> call) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread caller = threads.startVirtual("pulsar-call", () -> {
            try {
                done.complete(call.call());
            } catch (Throwable e) {
                done.completeExceptionally(Failures.of(where, e));
            }
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                    caller.interrupt();
                } catch (ExecutionException e) {
                    throw Failures.of(where, new CompletionException(e.getCause()));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #call}, for what gives nothing. */
    void run(String where, ClientAction action) {
        call(where, () -> {
            action.run();
            return true;
        });
    }

    /** Something that Pulsar's client does. */
    @FunctionalInterface
    interface ClientAction {
        void run() throws Exception;
    }
}
