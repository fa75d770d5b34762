package org.elanus.core.query;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Runs pieces of one call's work in the calling thread, helped by an executor when there are several. The call never
 * waits for the executor to begin: what nobody has begun, the caller does itself.
 */
final class Pieces {

    private static final int MAX_HELPERS = 15;

    private final List<? extends Runnable> pieces;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Pieces(List<? extends Runnable> pieces) {
        this.pieces = pieces;
        open = new CountDownLatch(pieces.size());
    }

    /**
     * Returns when every piece has run, or throws what the first that failed has thrown.
     *
     * @param helped false when the work is too small to be worth a hand-over
     */
    static void run(List<? extends Runnable> pieces, boolean helped, Executor executor) {
        if (!helped || pieces.size() <= 1) {
            pieces.forEach(Runnable::run);
            return;
        }
        Pieces all = new Pieces(pieces);
        int helpers = Math.min(pieces.size(), threads()) - 1;
        for (int i = 0; i < helpers; i++) {
            try {
                executor.execute(all::work);
            } catch (RejectedExecutionException e) {
                // Shutting down or full: the caller does the work alone.
                break;
            }
        }
        all.work();
        all.await();
    }

    /** The most threads that work on one call, the calling one among them. */
    static int threads() {
        return Math.min(MAX_HELPERS + 1, Runtime.getRuntime().availableProcessors());
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < pieces.size(); i = next.getAndIncrement()) {
            try {
                if (failure.get() == null) {
                    pieces.get(i).run();
                }
            } catch (Throwable e) {
                // An Error too: the caller must learn of it and must not wait forever.
                failure.compareAndSet(null, e);
            } finally {
                open.countDown();
            }
        }
    }

    /** Pieces under way use memory that the caller gives back afterwards, so an interrupt does not end the waiting. */
    private void await() {
        boolean interrupted = false;
        while (true) {
            try {
                open.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new ElanusException(StandardErrorCode.INTERNAL, "a search failed: " + e, e);
        }
    }
}
