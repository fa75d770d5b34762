package org.elanus.spi.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A lock is held by another process, or by another handle of this one. The message names the path. */
public class FileLockedException extends IOException {

    public FileLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
