package org.elanus.plugin.metadatasql;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata in tables of an SQL database. One connection writes, a few read; each is given up after a failure and
 * opened anew for the next use. Every entry has a checksum over its key, revision and value, checked by every read.
 */
final class SqlMetadataStore implements MetadataStore {

    private static final Logger log = LoggerFactory.getLogger(SqlMetadataStore.class);

    private static final String COLUMNS = "select entry_key, value, checksum, revision from elanus_entry";

    private final SqlEngine engine;
    private final int readers;
    private final Consumer<SqlMetadataStore> onClose;
    private final Watches watches;
    private final Semaphore readPermits;
    private final Deque<Connection> idleReaders = new ConcurrentLinkedDeque<>();
    private final ReentrantLock writeLock = new ReentrantLock();
    private @Nullable Connection writer;
    private volatile boolean closed;
    private volatile String failure = "";

    private SqlMetadataStore(SqlEngine engine, int readers, Threads threads, Consumer<SqlMetadataStore> onClose) {
        this.engine = engine;
        this.readers = readers;
        this.onClose = onClose;
        this.watches = new Watches(threads);
        this.readPermits = new Semaphore(readers);
    }

    /**
     * Opens the database, creating its tables or bringing them up to date.
     *
     * @param onClose told once when the store is closed
     */
    static SqlMetadataStore open(SqlEngine engine, int readers, Threads threads, Consumer<SqlMetadataStore> onClose) {
        SqlMetadataStore store = new SqlMetadataStore(engine, readers, threads, onClose);
        store.writeLock.lock();
        try {
            Connection connection = store.writer();
            Migrations.apply(connection, engine);
        } catch (SQLException e) {
            store.giveUpWriter();
            throw engine.translate(e, "opening");
        } catch (RuntimeException e) {
            store.giveUpWriter();
            throw e;
        } finally {
            store.writeLock.unlock();
        }
        return store;
    }

    @Override
    public Optional<MetadataEntry> get(String key) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(COLUMNS + " where entry_key = ?")) {
                select.setString(1, key);
                try (ResultSet result = select.executeQuery()) {
                    return result.next() ? Optional.of(entry(result)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        String end = KeyRange.end(prefix);
        String sql =
                COLUMNS + " where entry_key >= ?" + (end == null ? "" : " and entry_key < ?") + " order by entry_key";
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, prefix);
                if (end != null) {
                    select.setString(2, end);
                }
                List<MetadataEntry> entries = new ArrayList<>();
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        entries.add(entry(result));
                    }
                }
                return entries;
            }
        });
    }

    @Override
    public long revision() {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "select value from elanus_counter where counter_key = 'revision'");
                    ResultSet result = select.executeQuery()) {
                return revision(result);
            }
        });
    }

    @Override
    public long commit(MetadataTransaction transaction) {
        writeLock.lock();
        try {
            requireOpen();
            long revision;
            try {
                Connection connection = writer();
                execute(connection, engine.begin());
                revision = apply(connection, transaction);
                execute(connection, "commit");
                failure = "";
            } catch (SQLException e) {
                // Whatever state the connection is in, and whatever a failed force left behind, is not built upon.
                giveUpWriter();
                ElanusException translated = engine.translate(e, "committing");
                failure = Objects.toString(translated.getMessage(), "");
                throw translated;
            } catch (RuntimeException | Error e) {
                rollBack();
                throw e;
            }
            watches.committed(
                    revision,
                    transaction.writes().stream()
                            .map(MetadataTransaction.Write::key)
                            .toList());
            return revision;
        } finally {
            writeLock.unlock();
        }
    }

    private long apply(Connection connection, MetadataTransaction transaction) throws SQLException {
        long revision;
        // The first statement also keeps other writers out until the end of the transaction.
        try (PreparedStatement raise = connection.prepareStatement(
                        "update elanus_counter set value = value + 1 where counter_key = 'revision' returning value");
                ResultSet result = raise.executeQuery()) {
            revision = revision(result);
        }
        try (PreparedStatement select =
                connection.prepareStatement("select revision from elanus_entry where entry_key = ?")) {
            for (MetadataTransaction.Condition condition : transaction.conditions()) {
                select.setString(1, condition.key());
                try (ResultSet result = select.executeQuery()) {
                    long found = result.next() ? result.getLong(1) : 0;
                    if (found != condition.revision()) {
                        throw conflict(condition, found);
                    }
                }
            }
        }
        try (PreparedStatement put = connection.prepareStatement(
                        "insert into elanus_entry (entry_key, value, checksum, revision) values (?, ?, ?, ?)"
                                + " on conflict (entry_key) do update set value = excluded.value,"
                                + " checksum = excluded.checksum, revision = excluded.revision");
                PreparedStatement delete =
                        connection.prepareStatement("delete from elanus_entry where entry_key = ?")) {
            for (MetadataTransaction.Write write : transaction.writes()) {
                switch (write) {
                    case MetadataTransaction.Put entry -> {
                        put.setString(1, entry.key());
                        put.setBytes(2, entry.value());
                        put.setLong(3, checksum(entry.key(), revision, entry.value()));
                        put.setLong(4, revision);
                        put.executeUpdate();
                    }
                    case MetadataTransaction.Delete entry -> {
                        delete.setString(1, entry.key());
                        delete.executeUpdate();
                    }
                }
            }
        }
        return revision;
    }

    private static ElanusException conflict(MetadataTransaction.Condition condition, long found) {
        return new ElanusException(
                StandardErrorCode.CONFLICT,
                "the metadata key '" + condition.key() + "' has "
                        + (found == 0 ? "no entry" : "revision " + found) + ", but "
                        + (condition.revision() == 0 ? "no entry" : "revision " + condition.revision())
                        + " was expected");
    }

    /** Why the newest attempt to write failed; empty when it did not. */
    String failure() {
        return failure;
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        requireOpen();
        return watches.add(prefix, listener);
    }

    private MetadataEntry entry(ResultSet result) throws SQLException {
        String key = result.getString(1);
        byte[] value = result.getBytes(2);
        long revision = result.getLong(4);
        if (value == null || checksum(key, revision, value) != result.getLong(3)) {
            throw ElanusException.corrupt("the metadata key '%s' in %s has a wrong checksum", key, engine);
        }
        return new MetadataEntry(key, value, revision);
    }

    private long revision(ResultSet result) throws SQLException {
        if (!result.next()) {
            throw ElanusException.corrupt("the metadata in %s has lost its revision", engine);
        }
        return result.getLong(1);
    }

    /** CRC32C of the key in UTF-8, the revision in 8 bytes big-endian, and the value. */
    static long checksum(String key, long revision, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (revision >>> shift) & 0xff);
        }
        crc.update(value);
        return crc.getValue();
    }

    /** What is done with a connection for reading. */
    private interface Reading<R> {
        R on(Connection connection) throws SQLException;
    }

    private <R> R read(Reading<R> reading) {
        readPermits.acquireUninterruptibly();
        Connection connection = null;
        try {
            requireOpen();
            connection = idleReaders.pollFirst();
            if (connection == null) {
                connection = engine.connect();
            }
            R result = reading.on(connection);
            idleReaders.addFirst(connection);
            connection = null;
            return result;
        } catch (SQLException e) {
            throw engine.translate(e, "reading");
        } finally {
            if (connection != null) {
                closeQuietly(connection);
            }
            readPermits.release();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The connection for writing. */
    private Connection writer() throws SQLException {
        Connection connection = writer;
        if (connection == null) {
            connection = engine.connect();
            writer = connection;
        }
        return connection;
    }

    private void rollBack() {
        Connection connection = writer;
        if (connection != null) {
            try {
                execute(connection, "rollback");
            } catch (SQLException e) {
                log.warn("A metadata transaction could not be rolled back; its connection is given up", e);
                giveUpWriter();
            }
        }
    }

    private void giveUpWriter() {
        Connection connection = writer;
        writer = null;
        if (connection != null) {
            closeQuietly(connection);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("A connection to the metadata could not be closed", e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the metadata store is closed");
        }
    }

    @Override
    public void close() {
        writeLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            writeLock.unlock();
        }
        watches.close();
        readPermits.acquireUninterruptibly(readers);
        try {
            idleReaders.forEach(SqlMetadataStore::closeQuietly);
            idleReaders.clear();
        } finally {
            readPermits.release(readers);
        }
        writeLock.lock();
        try {
            // The last connection folds the write-ahead journal into the file.
            giveUpWriter();
        } finally {
            writeLock.unlock();
        }
        onClose.accept(this);
    }
}
