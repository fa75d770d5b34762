package org.elanus.plugin.indexhnsw;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one body on the calling thread and on as many threads of an executor as come to help. Nobody waits for help that
 * did not begin: an executor may run none, and what it begins too late does nothing.
 */
final class WorkCrew {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final Consumer<BooleanSupplier> body;
    private boolean over;
    private int inside;
    private volatile @Nullable Throwable failure;

    private WorkCrew(Consumer<BooleanSupplier> body) {
        this.body = body;
    }

    /**
     * Returns when no body runs any more, and throws the first failure of any.
     *
     * @param body works until there is no more to do, or until what it is given says that another one failed
     */
    static void run(Executor workers, int helpers, Consumer<BooleanSupplier> body) {
        new WorkCrew(body).run(workers, helpers);
    }

    private void run(Executor workers, int helpers) {
        for (int i = 0; i < helpers; i++) {
            try {
                workers.execute(this::help);
            } catch (RejectedExecutionException e) {
                break;
            }
        }
        guarded();
        lock.lock();
        try {
            over = true;
            while (inside > 0) {
                left.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        switch (failure) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case null, default -> {}
        }
    }

    private void help() {
        lock.lock();
        try {
            if (over) {
                return;
            }
            inside++;
        } finally {
            lock.unlock();
        }
        try {
            guarded();
        } finally {
            lock.lock();
            try {
                inside--;
                left.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void guarded() {
        try {
            body.accept(() -> failure != null);
        } catch (RuntimeException | Error e) {
            lock.lock();
            try {
                if (failure == null) {
                    failure = e;
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
