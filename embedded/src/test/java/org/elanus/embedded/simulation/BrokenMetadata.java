package org.elanus.embedded.simulation;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** Ways to acknowledge commits that are not there, or not whole. */
final class BrokenMetadata {

    private BrokenMetadata() {}

    /** Some commits are answered as if they were durable, and are not. */
    private static UnaryOperator<MetadataStore> forgetting(
            java.util.function.Predicate<MetadataTransaction> forgotten) {
        return store -> Decorated.with(
                MetadataStore.class,
                store,
                Map.of(
                        "commit",
                        (original, arguments) -> forgotten.test((MetadataTransaction) arguments[0])
                                ? (Object) (store.revision() + 1)
                                : original.call(arguments)));
    }

    /** Some writes of a commit are left out. */
    private static UnaryOperator<MetadataStore> without(BiPredicate<MetadataStore, MetadataTransaction.Write> lost) {
        return store -> Decorated.with(MetadataStore.class, store, Map.of("commit", (original, arguments) -> {
            MetadataTransaction transaction = (MetadataTransaction) arguments[0];
            return original.call(new MetadataTransaction(
                    transaction.conditions(),
                    transaction.writes().stream()
                            .filter(write -> !lost.test(store, write))
                            .toList()));
        }));
    }

    private static boolean addsSegment(MetadataTransaction.Write write) {
        return write instanceof MetadataTransaction.Put
                && write.key().startsWith("manifest/")
                && write.key().contains("/segment/");
    }

    /** Every second manifest that has new segments. */
    static UnaryOperator<MetadataStore> manifestsNotDurable() {
        AtomicInteger commits = new AtomicInteger();
        return forgetting(transaction -> transaction.writes().stream().anyMatch(BrokenMetadata::addsSegment)
                && commits.getAndIncrement() % 2 == 0);
    }

    /** The next process begins again with the first ids. */
    static UnaryOperator<MetadataStore> idsUsedAgain() {
        return without((store, write) -> write.key().equals("ids"));
    }

    static UnaryOperator<MetadataStore> dropsNotDurable() {
        return forgetting(transaction -> transaction.writes().stream()
                .anyMatch(write -> write instanceof MetadataTransaction.Delete
                        && write.key().startsWith("collection/")));
    }

    /** What a flush has to change about segments that are there already: their deletes. */
    static UnaryOperator<MetadataStore> tombstonesForgotten() {
        return without(
                (store, write) -> addsSegment(write) && store.get(write.key()).isPresent());
    }
}
