package org.elanus.testkit.simulation.log;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.ChannelStore;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogRecord;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.wal.DeliverPolicy;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalRecord;
import org.elanus.spi.wal.WalScanner;
import org.elanus.testkit.wal.ForwardingOpener;
import org.elanus.testkit.wal.ForwardingWal;
import org.jspecify.annotations.Nullable;

/** Rooms that are broken, each in one way. Schedules have to find every one. */
enum BrokenRoom {
    ACKNOWLEDGES_WHEN_DURABLE("acknowledges before reading back", AcknowledgesEarly::new),
    CALLS_UNKNOWN_SUCCESS("calls an append of unknown outcome a success", CallsUnknownSuccess::new),
    REPEATS_FAILED_APPENDS("repeats an append of unknown outcome by itself", RepeatsFailedAppends::new),
    SHOWS_BEFORE_CERTAIN("shows a record before it is certain to count", ShowsEarly::new),
    READS_WITHOUT_TICK("answers a Strong read though it may be deposed", ReadsWithoutTick::new),
    KEEPS_THE_EPOCH("takes the channel without raising the epoch", () -> store(KeepsEpoch::new)),
    WRITES_NO_START("truncates without noting where the log begins", () -> store(WritesNoStart::new)),
    COUNTS_FOREIGN_EPOCHS("ignores the epoch", () -> lax(LaxScanner.Rule.FOREIGN_EPOCH)),
    SKIPS_PREVIOUS_CRC("skips the check of the previous checksum", () -> lax(LaxScanner.Rule.WRONG_PREDECESSOR)),
    ACCEPTS_GAPS("accepts a gap", () -> lax(LaxScanner.Rule.BEHIND_A_GAP)),
    ACCEPTS_DISORDER("accepts records out of order", () -> lax(LaxScanner.Rule.OUT_OF_ORDER)),
    KEEPS_REPEATS("does not drop repeats", () -> lax(LaxScanner.Rule.REPEATED)),
    APPLIES_PARTS("applies a batch before its last part", () -> applier(BrokenRoom::applyHalf)),
    SKIPS_AFTER_REOPENING("leaves out a record when it reads on", () -> wal(SkipsAfterReopening::new)),
    BEGINS_AT_THE_END("reads from the end when it takes the channel", () -> wal(BeginsAtTheEnd::new)),
    TRUNCATES_TOO_FAR("truncates past what is held", () -> wal(TruncatesEverything::new)),
    TRUNCATES_ONE_TOO_MANY("truncates one record too many", () -> wal(TruncatesOneMore::new));

    private final String bug;
    private final Supplier<LogVariant> variant;

    BrokenRoom(String bug, Supplier<LogVariant> variant) {
        this.bug = bug;
        this.variant = variant;
    }

    /** In words. */
    String bug() {
        return bug;
    }

    /** For one schedule. */
    LogVariant variant() {
        return variant.get();
    }

    // ---- what is decorated

    private static LogVariant store(UnaryOperator<ChannelStore> decorator) {
        return new LogVariant() {
            @Override
            public ChannelStore store(ChannelStore store) {
                return decorator.apply(store);
            }
        };
    }

    private static LogVariant wal(UnaryOperator<Wal> decorator) {
        return new LogVariant() {
            @Override
            public WalOpener log(WalOpener log) {
                return new ForwardingOpener(log, decorator);
            }
        };
    }

    private static LogVariant lax(LaxScanner.Rule rule) {
        LaxScanner.Memory memory = new LaxScanner.Memory();
        return wal(wal -> new ForwardingWal(wal) {
            @Override
            public WalScanner scan(DeliverPolicy from) {
                return new LaxScanner(super.scan(from), from, rule, memory);
            }
        });
    }

    private static LogVariant applier(Function<LogRecord, LogRecord> change) {
        return new LogVariant() {
            @Override
            public ChannelLog.Applier applier(ChannelLog.Applier applier) {
                return record -> applier.apply(change.apply(record));
            }
        };
    }

    // ---- broken pieces

    private static LogRecord applyHalf(LogRecord record) {
        DataRecord data = record.data();
        if (!(data.deletedKeys() instanceof FixedColumn keys) || keys.rows() < 8_100) {
            return record;
        }
        FixedColumn first = new FixedColumn(keys.type(), 8_000, keys.width(), keys.data(), null);
        return new LogRecord(
                record.at(),
                new DataRecord(
                        data.collectionId(),
                        data.shard(),
                        data.schemaVersion(),
                        data.partitionId(),
                        first,
                        data.deleteBefore(),
                        null));
    }

    /** Knows what was sent last, and what the log says about it. */
    private static class Watching implements LogVariant {
        /** By process, as its threads append one after the other. */
        @Nullable
        LogPosition sent;

        @Nullable
        CompletionStage<MessageId> durable;

        @Override
        public WalOpener log(WalOpener log) {
            return new ForwardingOpener(log, wal -> new ForwardingWal(wal) {
                @Override
                public CompletionStage<MessageId> append(WalRecord record) {
                    byte[] bytes = record.payload().getFirst().toArray(ValueLayout.JAVA_BYTE);
                    FrameHeader header = new FrameHeader(bytes);
                    CompletionStage<MessageId> stage = super.append(record);
                    if (header.kind() == FrameHeader.DATA) {
                        sent = new LogPosition(
                                SharedLog.id(0), header.sequence(), header.timestamp(), header.epoch(), header.crc());
                        durable = stage;
                    }
                    return stage;
                }
            });
        }

        @Override
        public LogRoom open(ChannelParts parts) {
            LogRoom room = LogRoom.open(parts);
            return new LogRoom() {
                @Override
                public CompletableFuture<LogPosition> append(DataRecord record) {
                    return Watching.this.append(room, record);
                }

                @Override
                public void awaitApplied() {
                    Watching.this.awaitApplied(room);
                }

                @Override
                public void truncate(LogPosition upTo) {
                    room.truncate(upTo);
                }

                @Override
                public void close() {
                    room.close();
                }
            };
        }

        CompletableFuture<LogPosition> append(LogRoom room, DataRecord record) {
            return room.append(record);
        }

        void awaitApplied(LogRoom room) {
            room.awaitApplied();
        }
    }

    private static final class AcknowledgesEarly extends Watching {
        @Override
        CompletableFuture<LogPosition> append(LogRoom room, DataRecord record) {
            sent = null;
            CompletableFuture<LogPosition> done = room.append(record);
            LogPosition position = sent;
            CompletionStage<MessageId> stage = durable;
            return position == null || stage == null
                    ? done
                    : stage.thenApply(id -> position).toCompletableFuture();
        }
    }

    private static final class CallsUnknownSuccess extends Watching {
        @Override
        CompletableFuture<LogPosition> append(LogRoom room, DataRecord record) {
            sent = null;
            CompletableFuture<LogPosition> done = room.append(record);
            LogPosition position = sent;
            return position == null ? done : done.exceptionally(failure -> position);
        }
    }

    /** With the next append, when the log may be there again. */
    private static final class RepeatsFailedAppends extends Watching {
        private final Deque<DataRecord> failed = new ArrayDeque<>();

        @Override
        CompletableFuture<LogPosition> append(LogRoom room, DataRecord record) {
            DataRecord again = failed.poll();
            if (again != null) {
                room.append(again);
            }
            CompletableFuture<LogPosition> done = room.append(record);
            done.whenComplete((position, failure) -> {
                if (failure != null) {
                    failed.add(record);
                }
            });
            return done;
        }
    }

    /** Applies what it sends at once, and not when it comes back. */
    private static final class ShowsEarly extends Watching {
        private ChannelLog.@Nullable Applier applier;
        private final Set<Long> shown = new java.util.HashSet<>();

        @Override
        public ChannelLog.Applier applier(ChannelLog.Applier original) {
            applier = original;
            return record -> {
                if (!shown.contains(record.data().collectionId())) {
                    original.apply(record);
                }
            };
        }

        @Override
        CompletableFuture<LogPosition> append(LogRoom room, DataRecord record) {
            sent = null;
            CompletableFuture<LogPosition> done = room.append(record);
            LogPosition position = sent;
            ChannelLog.Applier now = applier;
            if (position != null && now != null && shown.add(record.collectionId())) {
                now.apply(new LogRecord(position, record));
            }
            return done;
        }
    }

    private static final class ReadsWithoutTick extends Watching {
        @Override
        void awaitApplied(LogRoom room) {}
    }

    private static class ForwardingStore implements ChannelStore {
        final ChannelStore store;

        ForwardingStore(ChannelStore store) {
            this.store = store;
        }

        @Override
        public long raiseEpoch() {
            return store.raiseEpoch();
        }

        @Override
        public long epoch() {
            return store.epoch();
        }

        @Override
        public Map<String, byte[]> notes() {
            return store.notes();
        }

        @Override
        public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {
            store.note(epoch, put, remove);
        }
    }

    private static final class KeepsEpoch extends ForwardingStore {
        KeepsEpoch(ChannelStore store) {
            super(store);
        }

        @Override
        public long raiseEpoch() {
            long now = store.epoch();
            return now == 0 ? store.raiseEpoch() : now;
        }
    }

    private static final class WritesNoStart extends ForwardingStore {
        WritesNoStart(ChannelStore store) {
            super(store);
        }

        @Override
        public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {}
    }

    private static final class SkipsAfterReopening extends ForwardingWal {
        SkipsAfterReopening(Wal wal) {
            super(wal);
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            return super.scan(
                    from instanceof DeliverPolicy.After(MessageId id)
                            ? new DeliverPolicy.After(SharedLog.id(SharedLog.number(id) + 2))
                            : from);
        }
    }

    private static final class BeginsAtTheEnd extends ForwardingWal {
        BeginsAtTheEnd(Wal wal) {
            super(wal);
        }

        @Override
        public WalScanner scan(DeliverPolicy from) {
            return super.scan(from instanceof DeliverPolicy.Earliest ? DeliverPolicy.LATEST : from);
        }
    }

    private static final class TruncatesEverything extends ForwardingWal {
        TruncatesEverything(Wal wal) {
            super(wal);
        }

        @Override
        public void truncate(MessageId upTo) {
            super.truncate(SharedLog.id(SharedLog.number(upTo) + 20));
        }
    }

    private static final class TruncatesOneMore extends ForwardingWal {
        TruncatesOneMore(Wal wal) {
            super(wal);
        }

        @Override
        public void truncate(MessageId upTo) {
            super.truncate(SharedLog.id(SharedLog.number(upTo) + 3)); // ids are up to 3 apart
        }
    }
}
