package org.elanus.plugin.apimilvus.front;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What answers HTTP requests. Used by many threads. */
public interface HttpService {

    /**
     * The answer to a request that needs no more than its head, such as one to an unknown path; null when the request is
     * to be read and served. Runs on the I/O thread and must not block.
     */
    @Nullable
    HttpReply atOnce(HttpHead head);

    /** Whether the caller is signed in already, or need not be. Runs on the I/O thread and must not block. */
    boolean knows(HttpHead head);

    /** Serves a request, on a thread that may block. What it throws is answered as an unexpected error. */
    void serve(HttpExchange exchange) throws IOException;

    /** The answer to a request that the server has no room for now. */
    HttpReply overloaded(HttpHead head, String why);
}
