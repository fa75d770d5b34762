package org.elanus.spi.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Conditions and writes that are applied together or not at all. Immutable once built. Keys hold neither a zero character
 * nor half a surrogate pair; values have at most {@link MetadataStore#MAX_VALUE_BYTES}.
 *
 * @param conditions every one must hold; each key at most once
 * @param writes each key at most once
 */
public record MetadataTransaction(List<Condition> conditions, List<Write> writes) {

    /** The key's entry must have this revision; 0 means that there must be none. */
    public record Condition(String key, long revision) {
        public Condition {
            checkKey(key);
        }
    }

    /** A change of one key. */
    public sealed interface Write {
        String key();
    }

    /** Creates or overwrites. */
    public record Put(String key, byte[] value) implements Write {
        public Put {
            checkKey(key);
            if (value.length > MetadataStore.MAX_VALUE_BYTES) {
                throw new ElanusException(
                        StandardErrorCode.ARGUMENT_TOO_LARGE,
                        "the value of the metadata key '" + key + "' has " + value.length + " bytes; allowed are 0 to "
                                + MetadataStore.MAX_VALUE_BYTES);
            }
        }
    }

    /** Deletes if present. */
    public record Delete(String key) implements Write {
        public Delete {
            checkKey(key);
        }
    }

    public MetadataTransaction {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
        Set<String> keys = new HashSet<>();
        for (Condition condition : conditions) {
            if (!keys.add(condition.key())) {
                throw ElanusException.invalid("a transaction has two conditions on the key '%s'", condition.key());
            }
        }
        keys.clear();
        for (Write write : writes) {
            if (!keys.add(write.key())) {
                throw ElanusException.invalid("a transaction writes the key '%s' twice", write.key());
            }
        }
    }

    /** Stores keep text as UTF-8, and not all of them take a zero character. */
    private static void checkKey(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < key.length() && Character.isLowSurrogate(key.charAt(i + 1))) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                throw ElanusException.invalid(
                        "a metadata key holds a zero character or half a surrogate pair at position %d", i);
            }
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects conditions and writes. For one thread. */
    public static final class Builder {
        private final List<Condition> conditions = new ArrayList<>();
        private final List<Write> writes = new ArrayList<>();

        /** The entry must still have this revision. */
        public Builder requireRevision(String key, long revision) {
            conditions.add(new Condition(key, revision));
            return this;
        }

        /** There must be no entry. */
        public Builder requireAbsent(String key) {
            return requireRevision(key, 0);
        }

        public Builder put(String key, byte[] value) {
            writes.add(new Put(key, value));
            return this;
        }

        public Builder delete(String key) {
            writes.add(new Delete(key));
            return this;
        }

        public MetadataTransaction build() {
            return new MetadataTransaction(conditions, writes);
        }
    }
}
