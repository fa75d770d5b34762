package org.elanus.spi.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Conditions and writes that are applied together or not at all. Immutable once built.
 *
 * @param conditions every one must hold; each key at most once
 * @param writes each key at most once
 */
public record MetadataTransaction(List<Condition> conditions, List<Write> writes) {

    /** The key's entry must have this revision; 0 means that there must be none. */
    public record Condition(String key, long revision) {}

    /** A change of one key. */
    public sealed interface Write {
        String key();
    }

    /** Creates or overwrites. */
    public record Put(String key, byte[] value) implements Write {}

    /** Deletes if present. */
    public record Delete(String key) implements Write {}

    public MetadataTransaction {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
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
