package org.elanus.plugin.apimilvus.front;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** One request with its body, and the way to answer it, once. Served by one thread. */
public final class HttpExchange {

    private final HttpHead head;
    private final byte[] body;
    private final int length;
    private final ReplyStream reply;
    private volatile boolean cancelled;
    private volatile @Nullable Runnable onCancel;

    HttpExchange(HttpHead head, byte[] body, int length, ReplyStream reply) {
        this.head = head;
        this.body = body;
        this.length = length;
        this.reply = reply;
    }

    public HttpHead head() {
        return head;
    }

    /** The first {@link #bodyLength} bytes are the body. */
    public byte[] body() {
        return body;
    }

    public int bodyLength() {
        return length;
    }

    /** The action runs when the client goes away, or at once when it has. */
    public void onCancel(Runnable action) {
        onCancel = action;
        if (cancelled) {
            action.run();
        }
    }

    void cancel() {
        cancelled = true;
        Runnable action = onCancel;
        if (action != null) {
            action.run();
        }
    }

    boolean answered() {
        return reply.begun();
    }

    /**
     * Where the answer goes; closing it ends the answer. A short one is sent as a whole, a long one in pieces while it is
     * written; writing waits for a slow client, and throws when that has gone.
     */
    public OutputStream reply(int status, String type) {
        reply.begin(status, type);
        return reply;
    }
}
