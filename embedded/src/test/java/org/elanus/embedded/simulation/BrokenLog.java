package org.elanus.embedded.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalScanner;

/** Ways to lose or confuse a log. */
final class BrokenLog {

    private BrokenLog() {}

    private static UnaryOperator<WalOpener> opening(UnaryOperator<Wal> decorator) {
        return opener -> Decorated.with(
                WalOpener.class,
                opener,
                Map.of("open", (original, arguments) -> decorator.apply((Wal) original.call(arguments))));
    }

    /** Whatever is durable may be forgotten, flushed or not. */
    static UnaryOperator<WalOpener> truncatedEarly() {
        return opening(wal -> {
            AtomicReference<MessageId> newest = new AtomicReference<>();
            return Decorated.with(Wal.class, wal, Map.of("append", (original, arguments) -> {
                MessageId durable = newest.get();
                if (durable != null) {
                    wal.truncate(durable);
                }
                @SuppressWarnings("unchecked")
                CompletionStage<MessageId> appended = (CompletionStage<MessageId>) original.call(arguments);
                return appended.thenApply(id -> {
                    newest.set(id);
                    return id;
                });
            }));
        });
    }

    private static UnaryOperator<WalOpener> scanning(UnaryOperator<WalScanner> decorator) {
        return opening(wal -> Decorated.with(
                Wal.class,
                wal,
                Map.of("scan", (original, arguments) -> decorator.apply((WalScanner) original.call(arguments)))));
    }

    /** After a restart, one channel counts as empty. */
    static UnaryOperator<WalOpener> oneChannelNotReplayed() {
        AtomicInteger processes = new AtomicInteger();
        return opener -> {
            boolean first = processes.incrementAndGet() == 1;
            return opening(wal -> Decorated.with(Wal.class, wal, Map.of("scan", (original, arguments) -> {
                        WalScanner scanner = (WalScanner) original.call(arguments);
                        return first || !wal.channel().endsWith("-1")
                                ? scanner
                                : Decorated.with(WalScanner.class, scanner, Map.of("poll", (poll, timeout) -> null));
                    })))
                    .apply(opener);
        };
    }

    /** A replay delivers the records two by two, the later one first. */
    static UnaryOperator<WalOpener> replayedOutOfOrder() {
        return scanning(scanner -> {
            Deque<Object> waiting = new ArrayDeque<>();
            return Decorated.with(WalScanner.class, scanner, Map.of("poll", (original, arguments) -> {
                if (!waiting.isEmpty()) {
                    return waiting.poll();
                }
                Object earlier = original.call(arguments);
                Object later = earlier == null ? null : original.call(arguments);
                if (later == null) {
                    return earlier;
                }
                waiting.add(earlier);
                return later;
            }));
        });
    }

    /** A replay takes the newest record for one that a crash has torn. */
    static UnaryOperator<WalOpener> newestRecordNotReplayed() {
        return scanning(scanner -> {
            Deque<Object> ahead = new ArrayDeque<>();
            return Decorated.with(WalScanner.class, scanner, Map.of("poll", (original, arguments) -> {
                if (ahead.isEmpty()) {
                    Object first = original.call(arguments);
                    if (first == null) {
                        return null;
                    }
                    ahead.add(first);
                }
                Object next = original.call(arguments);
                if (next == null) {
                    return null;
                }
                ahead.add(next);
                return ahead.poll();
            }));
        });
    }
}
