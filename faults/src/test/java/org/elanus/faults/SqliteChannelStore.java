package org.elanus.faults;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.elanus.core.log.ChannelStore;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Epochs and notes of channels in one SQLite file that several processes share. One connection a call. */
final class SqliteChannelStore implements ChannelStore {

    private static final int PATIENCE_MILLIS = 60_000;

    private final String url;
    private final String channel;

    SqliteChannelStore(Path file, String channel) {
        this.url = "jdbc:sqlite:" + file;
        this.channel = channel;
    }

    /** Once, before any process uses the file. */
    static void create(Path file) {
        new SqliteChannelStore(file, "").transaction(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE epochs(channel TEXT PRIMARY KEY, epoch INTEGER NOT NULL)");
                statement.execute(
                        "CREATE TABLE notes(channel TEXT, name TEXT, content BLOB NOT NULL, PRIMARY KEY(channel, name))");
            }
            return 0L;
        });
    }

    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private <T> T transaction(Work<T> work) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + PATIENCE_MILLIS);
            statement.execute("BEGIN IMMEDIATE");
            T result = work.run(connection);
            statement.execute("COMMIT");
            return result;
        } catch (SQLException e) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE, "the metadata of channel " + channel + " failed", e);
        }
    }

    @Override
    public long raiseEpoch() {
        return transaction(connection -> {
            try (PreparedStatement raise = connection.prepareStatement(
                    "INSERT INTO epochs VALUES (?, 1) ON CONFLICT(channel) DO UPDATE SET epoch = epoch + 1")) {
                raise.setString(1, channel);
                raise.executeUpdate();
            }
            return epoch(connection);
        });
    }

    @Override
    public long epoch() {
        return transaction(this::epoch);
    }

    private long epoch(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT epoch FROM epochs WHERE channel = ?")) {
            query.setString(1, channel);
            try (ResultSet found = query.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    @Override
    public Map<String, byte[]> notes() {
        return transaction(connection -> {
            Map<String, byte[]> notes = new HashMap<>();
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT name, content FROM notes WHERE channel = ?")) {
                query.setString(1, channel);
                try (ResultSet found = query.executeQuery()) {
                    while (found.next()) {
                        notes.put(found.getString(1), found.getBytes(2));
                    }
                }
            }
            return notes;
        });
    }

    @Override
    public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {
        transaction(connection -> {
            long now = epoch(connection);
            if (now != epoch) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "epoch " + epoch + " of channel " + channel + " was raised to " + now);
            }
            try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM notes WHERE channel = ? AND name = ?");
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)")) {
                for (String name : remove) {
                    delete.setString(1, channel);
                    delete.setString(2, name);
                    delete.executeUpdate();
                }
                for (Map.Entry<String, byte[]> note : put.entrySet()) {
                    insert.setString(1, channel);
                    insert.setString(2, note.getKey());
                    insert.setBytes(3, note.getValue());
                    insert.executeUpdate();
                }
            }
            return 0L;
        });
    }
}
