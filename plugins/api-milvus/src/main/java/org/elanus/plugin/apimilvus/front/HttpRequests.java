package org.elanus.plugin.apimilvus.front;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.plugin.apimilvus.call.CallRuntime;
import org.elanus.plugin.apimilvus.call.RequestBudget;
import org.elanus.spi.runtime.Clock;

/** What all HTTP connections share: what serves them, how many requests are under way, and whether the port closes. */
final class HttpRequests {

    /** Under way at once, over all connections. */
    private static final int MOST = 4_096;

    private final HttpService service;
    private final ExecutorService executor;
    private final Clock clock;
    private final RequestBudget budget;
    private final RequestBudget strangers;
    private final long largestBody;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int underWay;
    private volatile boolean draining;

    HttpRequests(HttpService service, CallRuntime runtime, long largestBody) {
        this.service = service;
        this.executor = runtime.executor();
        this.clock = runtime.clock();
        this.budget = runtime.budget();
        this.strangers = budget.ofStrangers();
        this.largestBody = largestBody;
    }

    HttpService service() {
        return service;
    }

    ExecutorService executor() {
        return executor;
    }

    Clock clock() {
        return clock;
    }

    /** What bodies take. @param known whether their caller is signed in already */
    RequestBudget budget(boolean known) {
        return known ? budget : strangers;
    }

    long largestBody() {
        return largestBody;
    }

    boolean draining() {
        return draining;
    }

    /** False when there are too many. */
    boolean enter() {
        lock.lock();
        try {
            if (underWay >= MOST) {
                return false;
            }
            underWay++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            underWay--;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void drain() {
        draining = true;
    }

    /** Waits until no request is under way; false when the time was too short. */
    boolean awaitNone(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (underWay > 0) {
                if (left <= 0) {
                    return false;
                }
                left = clock.await(ended, left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
