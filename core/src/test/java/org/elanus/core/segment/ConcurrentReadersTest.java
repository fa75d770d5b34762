package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.index.RowFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accounts with transfers between them: at any timestamp the sum is the same and every account is there once. */
@Timeout(120)
class ConcurrentReadersTest {

    private static final int ACCOUNTS = 100;
    private static final int TRANSFERS = 30_000;
    private static final long SUM = ACCOUNTS * 1000L;

    private final CollectionSchema schema = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.VARCHAR, false),
                    FieldSchema.of("balance", DataType.INT64),
                    FieldSchema.varchar("note", 100).withNullable(true)),
            false);

    @Test
    void readersSeeEveryMomentWhole() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ConcurrentReadersTest seed " + seed);
        AtomicLong applied = new AtomicLong(1);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        try (GrowingSegment segment = new GrowingSegment(1, 1, 0, schema, bytes -> {});
                ExecutorService readers = Executors.newFixedThreadPool(3)) {
            long[] balances = new long[ACCOUNTS];
            int[] all = new int[ACCOUNTS];
            for (int i = 0; i < ACCOUNTS; i++) {
                balances[i] = 1000;
                all[i] = i;
            }
            segment.append(batch(all, balances), 1);
            List<Future<?>> running = List.of(
                    readers.submit(() -> read(segment, applied, done, reads, new Random(seed + 1))),
                    readers.submit(() -> read(segment, applied, done, reads, new Random(seed + 2))),
                    readers.submit(() -> read(segment, applied, done, reads, new Random(seed + 3))));
            Random random = new Random(seed);
            try {
                for (int i = 0; i < TRANSFERS; i++) {
                    long timestamp = 2 + i;
                    int from = random.nextInt(ACCOUNTS);
                    int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    long amount = random.nextInt(100);
                    balances[from] -= amount;
                    balances[to] += amount;
                    int[] both = {from, to};
                    ColumnBatch rows = batch(both, balances);
                    Column keys = rows.columns().get("id");
                    segment.delete(keys, timestamp);
                    segment.append(rows, timestamp);
                    applied.set(timestamp);
                }
            } finally {
                done.set(true);
            }
            for (Future<?> reader : running) {
                reader.get();
            }
            assertThat(segment.rows()).isEqualTo(ACCOUNTS + 2 * TRANSFERS);
            assertThat(segment.deletedRows()).isEqualTo(2 * TRANSFERS);
        }
        assertThat(reads.get()).isGreaterThan(10);
    }

    private void read(GrowingSegment segment, AtomicLong applied, AtomicBoolean done, AtomicLong reads, Random random) {
        Column keys = batch(range(), new long[ACCOUNTS]).columns().get("id");
        boolean last;
        do {
            last = done.get();
            long timestamp = Math.max(1, applied.get() - (random.nextInt(3) == 0 ? random.nextInt(50) : 0));
            try (SegmentView view = segment.view(schema, timestamp)) {
                RowFilter visible = view.visible();
                long sum = 0;
                int rows = 0;
                for (RowChunk chunk : view.chunks()) {
                    FixedColumn balance = (FixedColumn) chunk.column("balance");
                    VariableColumn note = (VariableColumn) chunk.column("note");
                    for (int i = 0; i < chunk.rows(); i++) {
                        if (visible == null || visible.passes(chunk.firstRow() + i)) {
                            rows++;
                            sum += balance.getLong(i);
                            if (!note.isNull(i)) {
                                assertThat(note.getString(i)).isEqualTo("balance " + balance.getLong(i));
                            }
                        }
                    }
                }
                assertThat(rows).as("accounts at %d", timestamp).isEqualTo(ACCOUNTS);
                assertThat(sum).as("sum at %d", timestamp).isEqualTo(SUM);
                long found = 0;
                for (int row : view.find(keys)) {
                    assertThat(row).isNotNegative();
                    RowChunk chunk = view.chunkOf(row);
                    found += ((FixedColumn) chunk.column("balance")).getLong(row - chunk.firstRow());
                }
                assertThat(found).as("sum of found accounts at %d", timestamp).isEqualTo(SUM);
            }
            reads.incrementAndGet();
        } while (!last);
    }

    private static int[] range() {
        int[] all = new int[ACCOUNTS];
        for (int i = 0; i < ACCOUNTS; i++) {
            all[i] = i;
        }
        return all;
    }

    private static ColumnBatch batch(int[] accounts, long[] balances) {
        String[] ids = new String[accounts.length];
        long[] values = new long[accounts.length];
        java.util.ArrayList<String> notes = new java.util.ArrayList<>();
        for (int i = 0; i < accounts.length; i++) {
            ids[i] = "account " + accounts[i];
            values[i] = balances[accounts[i]];
            notes.add(values[i] % 3 == 0 ? null : "balance " + values[i]);
        }
        return new ColumnBatch(
                accounts.length,
                Map.of(
                        "id", Columns.varchars(ids),
                        "balance", Columns.longs(values),
                        "note", Columns.strings(DataType.VARCHAR, notes)));
    }
}
