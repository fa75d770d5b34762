package org.elanus.plugin.metadatasql;

import java.sql.Connection;
import java.sql.SQLException;
import org.elanus.spi.error.ElanusException;

/**
 * What differs between database engines. Everything else is SQL that they share: text keys, upsert, {@code returning};
 * no identity columns, no {@code for update}. Safe for use by many threads.
 */
interface SqlEngine {

    /** A new connection, committing by itself; the caller closes it. */
    Connection connect() throws SQLException;

    /**
     * The statement that begins a transaction for writing. Transactions are begun and ended by statements, because
     * drivers differ in when they begin one by themselves.
     */
    String begin();

    /** The type of a column that holds bytes. */
    String bytesType();

    /** What a failed operation means. The message names the database and hides credentials. */
    ElanusException translate(SQLException failure, String doing);
}
