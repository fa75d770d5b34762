package org.elanus.spi.storage;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.elanus.spi.PluginImplements;

/**
 * Immutable objects under keys. An object appears whole or not at all, and durably, when its writer commits; it never
 * changes afterwards. Safe for use by many threads.
 *
 * <p>A key is 1 to 512 characters: parts of letters, digits, {@code .}, {@code -} and {@code _} joined by {@code /};
 * no part is empty, {@code .} or {@code ..}. Failures throw {@link org.elanus.spi.error.ElanusException}: IO_FAILURE,
 * DISK_FULL, INVALID_ARGUMENT (key), all naming the key.
 */
@PluginImplements
public interface ObjectStore extends AutoCloseable {

    /** Begins an object. Nothing is visible before {@link ObjectWriter#commit()}. */
    ObjectWriter create(String key);

    /** The object's size in bytes, or empty when there is none. */
    OptionalLong size(String key);

    /**
     * Reads exactly {@code target.byteSize()} bytes from the given offset.
     *
     * @throws org.elanus.spi.error.ElanusException IO_FAILURE when the object does not exist or is shorter
     */
    void read(String key, long offset, MemorySegment target);

    /**
     * Maps the whole object for reading, for as long as the arena lives, when the store lies on a local disk; empty
     * when it does not, or the object does not exist.
     */
    default Optional<MemorySegment> map(String key, Arena arena) {
        return Optional.empty();
    }

    /** All objects whose key begins with the prefix, in order of key. */
    List<ObjectInfo> list(String prefix);

    /** Deletes an object if it exists; durable on return. A mapping taken before stays readable. */
    void delete(String key);

    /** Calling it again has no effect. Writers that were not committed are discarded. */
    @Override
    void close();
}
