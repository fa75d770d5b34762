package org.elanus.spi.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No space is left on the file system, or a quota is used up. The message names the path. */
public class DiskFullException extends IOException {

    public DiskFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
