package org.elanus.core.access;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Callers that were recognised, a bounded number. Safe for use by many threads; reads take no lock. */
final class Recognitions {

    private static final int CAPACITY = 10_000;

    private final Map<CredentialDigest, Recognition> byDigest = new ConcurrentHashMap<>();
    private final ReentrantLock clearing = new ReentrantLock();

    @Nullable
    Recognition find(CredentialDigest digest) {
        return byDigest.get(digest);
    }

    void put(CredentialDigest digest, Recognition recognition) {
        byDigest.put(digest, recognition);
        if (byDigest.size() > CAPACITY && clearing.tryLock()) {
            try {
                forgetOlderHalf();
            } finally {
                clearing.unlock();
            }
        }
    }

    private void forgetOlderHalf() {
        long[] used = byDigest.values().stream()
                .mapToLong(Recognition::usedNanos)
                .sorted()
                .toArray();
        long middle = used[used.length / 2];
        byDigest.values().removeIf(recognition -> recognition.usedNanos() - middle <= 0);
    }

    int size() {
        return byDigest.size();
    }
}
