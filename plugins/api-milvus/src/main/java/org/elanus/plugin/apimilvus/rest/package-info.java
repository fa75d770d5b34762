/**
 * The RESTful API: routes turn JSON into the requests of the gRPC protocol, have them run by the same commands, and turn
 * the answers into JSON. No rule of the database lives here.
 */
@NullMarked
package org.elanus.plugin.apimilvus.rest;

import org.jspecify.annotations.NullMarked;
