package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.RememberedRecord;
import org.elanus.core.log.RequestMark;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Lets mutations with a request key take effect once. The log remembers the records of a request; this finds them, and
 * keeps two calls with one key apart. Safe for use by many threads.
 */
final class Requests {

    private record UnderWay(long collectionId, String key) {}

    private final Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();

    /**
     * Begins a mutation. The caller closes it when its outcome is known, or known to be unknown.
     *
     * @param logs of the collection's channels
     * @param kind of the mutation
     * @param content what the client gave, as a record of shard 0
     * @param words whatever else the request says
     * @throws ElanusException CONFLICT while a call with this key is under way; INVALID_ARGUMENT when the key was used
     *     for another request
     */
    Request begin(CallContext context, List<ChannelLog> logs, String kind, DataRecord content, String... words) {
        Optional<String> key = context.requestKey();
        if (key.isEmpty()) {
            return new Request(null, 0, 0, List.of());
        }
        UnderWay mine = new UnderWay(content.collectionId(), key.get());
        if (!underWay.add(mine)) {
            throw new ElanusException(
                    StandardErrorCode.CONFLICT,
                    "a request with the key '" + key.get() + "' is under way; try again to get its answer");
        }
        boolean begun = false;
        try {
            long fingerprint = RequestMark.fingerprint(kind, content, words);
            List<RememberedRecord> known = new ArrayList<>();
            for (ChannelLog log : logs) {
                known.addAll(log.remembered(content.collectionId(), key.get(), fingerprint, context.deadlineNanos()));
            }
            begun = true;
            return new Request(
                    mine, fingerprint, known.isEmpty() ? 0 : known.getFirst().firstId(), known);
        } finally {
            if (!begun) {
                underWay.remove(mine);
            }
        }
    }

    /** One mutation. For one thread. */
    final class Request implements AutoCloseable {
        private final @Nullable UnderWay key;
        private final long fingerprint;
        private final List<RememberedRecord> known;
        private long firstId;

        private Request(@Nullable UnderWay key, long fingerprint, long firstId, List<RememberedRecord> known) {
            this.key = key;
            this.fingerprint = fingerprint;
            this.firstId = firstId;
            this.known = known;
        }

        /** Whether the request has a key. */
        boolean hasKey() {
            return key != null;
        }

        /** The first of the ids that an earlier call gave to its rows; 0 when none did. */
        long firstId() {
            return firstId;
        }

        /** These ids go to the request's rows. */
        void gives(long first) {
            firstId = first;
        }

        /** The records of the request, when all of them are in the log already; else null. */
        @Nullable
        List<RememberedRecord> whole() {
            return !known.isEmpty() && known.getFirst().records() == known.size() ? known : null;
        }

        /** Rows of the records that are in the log already. */
        long knownRows() {
            long rows = 0;
            for (RememberedRecord record : known) {
                rows += record.rows();
            }
            return rows;
        }

        /** Whether a part is in the log already. */
        boolean knows(long part) {
            for (RememberedRecord record : known) {
                if (record.part() == part) {
                    return true;
                }
            }
            return false;
        }

        /**
         * Appends a part of the request, unless it is in the log already.
         *
         * @param part the same one in every repetition
         * @param records of the request; 0 when a repetition can tell by itself
         */
        CompletableFuture<LogPosition> append(
                CallContext context, ChannelLog log, DataRecord record, long part, int records, int rows) {
            UnderWay mine = key;
            DataRecord marked = mine == null
                    ? record
                    : record.with(new RequestMark(mine.key, part, fingerprint, firstId, records, rows));
            return log.append(marked, context.deadlineNanos());
        }

        @Override
        public void close() {
            if (key != null) {
                underWay.remove(key);
            }
        }
    }
}
