package org.elanus.plugin.apimilvus.rest;

/** A JSON value that its field cannot take; the message says why, and who catches it says where. */
final class WrongValueException extends RuntimeException {

    private static final long serialVersionUID = 1;

    WrongValueException(String message) {
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
