package org.elanus.plugin.apimilvus.front;

import java.util.Map;

/** A short answer. @param headers beside the type and the length */
public record HttpReply(int status, String type, String body, Map<String, String> headers) {

    public static final String JSON = "application/json; charset=utf-8";

    public HttpReply {
        headers = Map.copyOf(headers);
    }

    /** @param message plain words, nothing that a client sent: it is not escaped */
    static HttpReply failure(int status, String message) {
        return new HttpReply(status, JSON, "{\"code\":" + status + ",\"message\":\"" + message + "\"}", Map.of());
    }
}
