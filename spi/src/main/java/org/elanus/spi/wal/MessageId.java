package org.elanus.spi.wal;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The position of a record in a channel: the implementation's name and bytes that only it understands. Persisted in
 * checkpoints: bytes that one version wrote are understood by every later one, by any opener. Ordered by
 * {@link WalOpener#compare}, never by the bytes.
 *
 * @param walName {@link WalOpenerBuilder#name()} of the implementation
 * @param bytes a few; at most 64
 */
public record MessageId(String walName, byte[] bytes) {

    public MessageId {
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageId that && walName.equals(that.walName) && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * walName.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return walName + ":" + HexFormat.of().formatHex(bytes);
    }
}
