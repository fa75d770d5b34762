package org.elanus.core.access;

import org.jspecify.annotations.Nullable;

/** One step of the chain around every call. Safe for use by many threads; short, as every call waits for it. */
public interface Step {

    /**
     * Lets a call pass, narrowed perhaps.
     *
     * @throws org.elanus.spi.error.ElanusException to refuse it
     */
    default Call enter(Call call) {
        return call;
    }

    /**
     * Hears of the end of every call that this step let pass, on the same thread. Throws nothing.
     *
     * @param failure what refused it further on, or ended it; null when it went well
     */
    default void leave(Call call, @Nullable Throwable failure) {}
}
