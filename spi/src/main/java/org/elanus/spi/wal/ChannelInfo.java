package org.elanus.spi.wal;

/**
 * A physical channel and the term under which it is opened.
 *
 * @param name letters, digits, {@code -} and {@code _}; 1 to 128 characters
 * @param term grows with every change of ownership; 0 or more
 */
public record ChannelInfo(String name, long term) {

    public ChannelInfo {
        if (!name.matches("[A-Za-z0-9_-]{1,128}")) {
            throw new IllegalArgumentException(
                    "channel name '" + name + "' must be 1 to 128 letters, digits, '-' or '_'");
        }
        if (term < 0) {
            throw new IllegalArgumentException("term of channel '" + name + "' must be 0 or more, not " + term);
        }
    }
}
