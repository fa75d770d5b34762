package org.elanus.plugin.walpulsar;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Threads;

/**
 * Calls Pulsar's client on threads that end with the call. The client leaves thread-locals of its network library on each
 * thread that calls it; on a thread of the host's they would keep the plugin's class loader alive.
 */
final class ClientThreads {

    private final Threads threads;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    ClientThreads(Threads threads) {
        this.threads = threads;
    }

    /**
     * Makes the call and waits for it. An interrupt of the waiting thread interrupts the call and is kept.
     *
     * @param where names what is called, for errors
     * @throws ElanusException as {@link Failures} says; CLOSED when the client is being closed
     */
    <T> T call(String where, Callable<T> callable) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Call call = new Call(done);
        calls.add(call);
        call.start(threads.startVirtual("pulsar-call", () -> {
            try {
                if (ended) {
                    throw closed(where);
                }
                done.complete(callable.call());
            } catch (Throwable e) {
                done.completeExceptionally(ended ? closed(where) : Failures.of(where, e));
            } finally {
                calls.remove(call);
            }
        }));
        return await(where, done, call);
    }

    private static <T> T await(String where, CompletableFuture<T> done, Call call) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                    call.interrupt();
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

    /**
     * Interrupts the calls that are under way and waits for their end, then makes one last call. A client that is closed
     * leaves calls waiting for ever.
     */
    void end(String where, ClientAction last) {
        ended = true;
        for (Call call : calls) {
            call.interrupt();
            call.done().handle((_, _) -> true).join();
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        threads.startVirtual("pulsar-close", () -> {
            try {
                last.run();
                done.complete(true);
            } catch (Throwable e) {
                done.completeExceptionally(Failures.of(where, e));
            }
        });
        try {
            done.join();
        } catch (CompletionException e) {
            throw Failures.of(where, e);
        }
    }

    /** Whether {@link #end} has begun. */
    boolean isEnded() {
        return ended;
    }

    private static ElanusException closed(String where) {
        return new ElanusException(StandardErrorCode.CLOSED, where + " is closed");
    }

    private record Call(CompletableFuture<?> done, CompletableFuture<Thread> thread) {

        Call(CompletableFuture<?> done) {
            this(done, new CompletableFuture<>());
        }

        void start(Thread started) {
            thread.complete(started);
        }

        void interrupt() {
            thread.thenAccept(Thread::interrupt);
        }
    }

    /** Something that Pulsar's client does. */
    @FunctionalInterface
    interface ClientAction {
        void run() throws Exception;
    }
}
