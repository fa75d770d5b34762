package org.elanus.core.wiring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a server has opened so far; closes it in reverse order, all of it, whatever fails. For one thread at a time. */
final class OpenParts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenParts.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable resource, boolean logged) {}

    /**
     * Takes over the closing of a part.
     *
     * @param name for the log, such as {@code engine}
     */
    <T extends AutoCloseable> T add(String name, T resource) {
        parts.push(new Part(name, resource, true));
        return resource;
    }

    /** As {@link #add}, for what is not worth a line in the log. */
    void addQuietly(AutoCloseable resource) {
        parts.push(new Part(resource.getClass().getSimpleName(), resource, false));
    }

    /**
     * Closes everything, the youngest first.
     *
     * @throws ElanusException the first failure with the others as suppressed ones
     */
    @Override
    public void close() {
        ElanusException failure = null;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            if (part.logged) {
                log.info("closing the {}", part.name);
            }
            try {
                part.resource.close();
            } catch (Exception e) {
                log.warn("closing the {} failed", part.name, e);
                failure = collected(failure, part.name, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static ElanusException collected(@Nullable ElanusException first, String name, Exception error) {
        ElanusException failure = error instanceof ElanusException known
                ? known
                : new ElanusException(StandardErrorCode.INTERNAL, "closing the " + name + " failed: " + error, error);
        if (first == null) {
            return failure;
        }
        if (first != failure) {
            first.addSuppressed(failure);
        }
        return first;
    }
}
