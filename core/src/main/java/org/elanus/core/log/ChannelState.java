package org.elanus.core.log;

/** What a channel does at this moment. */
public enum ChannelState {
    /** Takes writes. */
    OPEN,
    /** The log cannot be reached, or did not do what it must; the channel tries to come back by itself. */
    LOST,
    /** Another process owns the channel: no writes and no Strong reads until a restart. */
    DEPOSED,
    /** The log is not what it was: no writes until an operator has looked at it. */
    READ_ONLY,
    /** Records that are in the log could not be applied: no writes until a restart. */
    BROKEN;

    boolean isPermanent() {
        return this != OPEN && this != LOST;
    }
}
