package org.elanus.plugin.metadatasql;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A SQLite file. Write-ahead journal, so that readers and the one writer do not block each other; every commit is forced
 * to disk. Connections are made directly and not through {@link java.sql.DriverManager}, where the driver would register
 * itself and hold on to the plugin's class loader.
 */
final class SqliteEngine implements SqlEngine {

    static final String PREFIX = "jdbc:sqlite:";

    /** The write-ahead journal is cut back to this after a checkpoint. */
    private static final int JOURNAL_BYTES = 16 << 20;

    private final String url;
    private final String address;
    private final Path file;
    private final Properties properties;

    SqliteEngine(String url, Duration busyTimeout) {
        this.url = url;
        this.address = url.substring(PREFIX.length());
        String path = address.contains("?") ? address.substring(0, address.indexOf('?')) : address;
        path = path.startsWith("file:") ? path.substring("file:".length()) : path;
        if (path.isBlank() || path.startsWith(":")) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "the url of metadata-sql must name a file, such as " + PREFIX + "/var/lib/elanus/metadata.db");
        }
        try {
            this.file = Path.of(path).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID, "the url of metadata-sql names no file: " + path, e);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalSizeLimit(JOURNAL_BYTES);
        this.properties = config.toProperties();
    }

    /** The directory of the file. */
    Path directory() {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection;
        try {
            connection = new JDBC4Connection(url, address, copy(properties));
        } catch (LinkageError e) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED,
                    "SQLite's native library cannot be loaded from the directory for temporary files; name one where"
                            + " libraries may be run from by -Dorg.sqlite.tmpdir=<directory>",
                    e);
        }
        try (Statement statement = connection.createStatement()) {
            try (ResultSet mode = statement.executeQuery("pragma journal_mode = wal")) {
                if (!mode.next() || !mode.getString(1).toLowerCase(Locale.ROOT).equals("wal")) {
                    throw new ElanusException(
                            StandardErrorCode.IO_FAILURE,
                            "the file system of " + file + " does not support SQLite's write-ahead journal; put the"
                                    + " metadata on a local disk");
                }
            }
            // Without effect but on macOS, where a plain fsync does not reach the disk.
            statement.execute("pragma fullfsync = 1");
            statement.execute("pragma checkpoint_fullfsync = 1");
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
        return connection;
    }

    private static Properties copy(Properties properties) {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Takes the write lock at once: a lock taken later could find that another process wrote in between. */
    @Override
    public String begin() {
        return "begin immediate";
    }

    @Override
    public String bytesType() {
        return "blob";
    }

    @Override
    public ElanusException translate(SQLException failure, String doing) {
        int code = failure instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : -1;
        String where = " while " + doing + ": " + file;
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return new ElanusException(StandardErrorCode.DISK_FULL, "the disk is full" + where, failure);
        }
        if (code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return new ElanusException(StandardErrorCode.CORRUPT, "the metadata file is damaged" + where, failure);
        }
        if (code == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return new ElanusException(
                    StandardErrorCode.CORRUPT, "the metadata file is not a SQLite database" + where, failure);
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return new ElanusException(
                    StandardErrorCode.NOT_READY, "the metadata file is held by another process" + where, failure);
        }
        if (code == SQLiteErrorCode.SQLITE_READONLY.code
                || code == SQLiteErrorCode.SQLITE_CANTOPEN.code
                || code == SQLiteErrorCode.SQLITE_PERM.code) {
            return new ElanusException(
                    StandardErrorCode.IO_FAILURE,
                    "the metadata file cannot be opened or written; file and directory must exist and be writable"
                            + where,
                    failure);
        }
        if (code == SQLiteErrorCode.SQLITE_NOMEM.code) {
            return new ElanusException(StandardErrorCode.MEMORY_LIMIT, "SQLite has no memory left" + where, failure);
        }
        return new ElanusException(
                StandardErrorCode.IO_FAILURE,
                "the metadata cannot be used" + where + ": " + failure.getMessage(),
                failure);
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
