package org.elanus.plugin.apimilvus.front;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * What stands before the body of a request.
 *
 * @param target path and query as they came
 * @param remoteAddress the client's, without its port
 */
public record HttpHead(String method, String target, HttpHeaders headers, String remoteAddress) {

    /** The path as it came, percent-encoded. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The header, or an empty text. */
    public String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
