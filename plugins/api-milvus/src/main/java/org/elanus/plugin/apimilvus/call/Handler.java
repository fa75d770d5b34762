package org.elanus.plugin.apimilvus.call;

/** What one method does. Throws what the database throws; that becomes a status in the answer. */
@FunctionalInterface
interface Handler<Q, R> {
    R handle(Scope scope, Q request);
}
