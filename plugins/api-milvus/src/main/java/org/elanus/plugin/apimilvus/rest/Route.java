package org.elanus.plugin.apimilvus.rest;

/** What one path does. Throws {@link RestException} for every answer but success. */
@FunctionalInterface
interface Route {
    Answer handle(RestCall call);
}
