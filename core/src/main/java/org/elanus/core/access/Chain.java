package org.elanus.core.access;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes calls through every step, the first one outermost. Safe for use by many threads. */
final class Chain {

    private static final Logger log = LoggerFactory.getLogger(Chain.class);

    private final Step[] steps;

    Chain(List<Step> steps) {
        this.steps = steps.toArray(Step[]::new);
    }

    <T> T run(Call arrived, Function<Call, T> body) {
        Call call = arrived;
        int entered = 0;
        @Nullable Throwable failure = null;
        try {
            while (entered < steps.length) {
                call = steps[entered].enter(call);
                entered++;
            }
            return body.apply(call);
        } catch (RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            leave(call, entered, failure);
        }
    }

    private void leave(Call call, int entered, @Nullable Throwable failure) {
        for (int i = entered - 1; i >= 0; i--) {
            try {
                steps[i].leave(call, failure);
            } catch (RuntimeException e) {
                log.warn("a step of the door failed after {}", call.operation().method(), e);
            }
        }
    }
}
