package org.elanus.core.host;

/** A plugin that cannot be used; the message says why. Holds nothing of the plugin's own classes. */
final class PluginRefusedException extends Exception {

    PluginRefusedException(String message) {
        super(message);
    }
}
