package org.elanus.plugin.wallocal;

import java.io.IOException;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;

/** Turns what can go wrong below the log into the errors of its contract. */
final class Failures {

    private Failures() {}

    static ElanusException of(String channel, Throwable error) {
        String prefix = "log channel " + channel + ": ";
        return switch (error) {
            case ElanusException e -> e;
            case DiskFullException e -> new ElanusException(StandardErrorCode.DISK_FULL, prefix + e.getMessage(), e);
            case FileLockedException e ->
                new ElanusException(StandardErrorCode.ALREADY_IN_USE, prefix + e.getMessage(), e);
            case IOException e -> new ElanusException(StandardErrorCode.IO_FAILURE, prefix + e.getMessage(), e);
            case InterruptedException e ->
                new ElanusException(StandardErrorCode.IO_FAILURE, prefix + "its writer was interrupted", e);
            default -> new ElanusException(StandardErrorCode.INTERNAL, prefix + error, error);
        };
    }

    static ElanusException corrupt(LogFile file, long position, String what) {
        return ElanusException.corrupt("the log is corrupt in %s at byte %d: %s", file.path(), position, what);
    }
}
