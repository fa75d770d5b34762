package org.elanus.plugin.metadatasql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The tables and how they came to be. The table {@code elanus_schema} has one row with the version of the tables; a
 * database of an older version is brought up to date in one transaction, and a newer one is refused.
 */
final class Migrations {

    private Migrations() {}

    /** The statements that lead from version i to version i + 1. */
    private static List<List<String>> steps(SqlEngine engine) {
        return List.of(List.of(
                "create table elanus_entry (entry_key text primary key, value " + engine.bytesType()
                        + " not null, checksum bigint not null, revision bigint not null)",
                "create table elanus_counter (counter_key text primary key, value bigint not null)",
                "insert into elanus_counter (counter_key, value) values ('revision', 0)"));
    }

    static void apply(Connection connection, SqlEngine engine) throws SQLException {
        List<List<String>> steps = steps(engine);
        try (Statement statement = connection.createStatement()) {
            statement.execute(engine.begin());
            statement.execute(
                    "create table if not exists elanus_schema (schema_key text primary key, version bigint not null)");
            long version = 0;
            try (ResultSet result = statement.executeQuery("select version from elanus_schema")) {
                if (result.next()) {
                    version = result.getLong(1);
                }
            }
            if (version < 0 || version > steps.size()) {
                throw new ElanusException(
                        StandardErrorCode.CORRUPT,
                        "the metadata in " + engine + " has table version " + version
                                + "; this version of Elanus reads 1 to " + steps.size());
            }
            for (int next = (int) version; next < steps.size(); next++) {
                for (String sql : steps.get(next)) {
                    statement.execute(sql);
                }
                try (PreparedStatement update = connection.prepareStatement(
                        "insert into elanus_schema (schema_key, version) values ('tables', ?)"
                                + " on conflict (schema_key) do update set version = excluded.version")) {
                    update.setLong(1, next + 1);
                    update.executeUpdate();
                }
            }
            statement.execute("commit");
        }
    }
}
