package org.elanus.plugin.authjwt;

import java.io.IOException;

/** Where the keys come from. Used by one thread at a time. */
interface KeySource {

    /**
     * Reads the keys anew.
     *
     * @return at least one
     * @throws IOException with a message for the operator, which holds no secret
     */
    KeySet load() throws IOException, InterruptedException;

    /** Whether {@link #load} may give something else later. */
    boolean changes();

    /** For messages: what the operator configured. */
    String description();
}
