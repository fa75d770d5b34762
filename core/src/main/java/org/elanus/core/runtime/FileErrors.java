package org.elanus.core.runtime;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;
import org.jspecify.annotations.Nullable;

/** Turns what the JDK throws into exceptions that say what failed, on which path, and why. */
final class FileErrors {

    private FileErrors() {}

    static IOException translate(String action, Path path, IOException error) {
        String text = String.valueOf(error.getMessage());
        if (error instanceof DiskFullException || error instanceof FileLockedException) {
            return error;
        }
        if (isDiskFull(text)) {
            return new DiskFullException("cannot " + action + " " + path + ": no space left on its file system", error);
        }
        return switch (error) {
            case FileAlreadyExistsException e ->
                with(e, new FileAlreadyExistsException(path.toString(), null, "already exists"));
            case NoSuchFileException e ->
                with(e, new NoSuchFileException(path.toString(), null, "does not exist; cannot " + action + " it"));
            case DirectoryNotEmptyException e -> e;
            case NotDirectoryException e ->
                with(e, new FileSystemException(path.toString(), null, "is not a directory"));
            case AccessDeniedException e ->
                with(
                        e,
                        new AccessDeniedException(
                                path.toString(),
                                null,
                                "permission denied; cannot " + action + " it as user "
                                        + System.getProperty("user.name")));
            case FileSystemException e ->
                with(e, new FileSystemException(path.toString(), null, "cannot " + action + ": " + reason(e)));
            default -> new IOException("cannot " + action + " " + path + ": " + text, error);
        };
    }

    private static boolean isDiskFull(String text) {
        return text.contains("No space left on device")
                || text.contains("Disk quota exceeded")
                || text.contains("There is not enough space");
    }

    private static String reason(FileSystemException error) {
        @Nullable String reason = error.getReason();
        return reason == null ? error.getClass().getSimpleName() : reason;
    }

    private static IOException with(IOException cause, IOException translated) {
        translated.initCause(cause);
        return translated;
    }
}
