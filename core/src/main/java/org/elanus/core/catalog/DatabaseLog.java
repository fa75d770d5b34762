package org.elanus.core.catalog;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The log that a database's records are in.
 *
 * @param wal the implementation's name, as in {@link org.elanus.spi.wal.MessageId#walName()}
 */
public record DatabaseLog(String wal) {

    /**
     * Refuses to go on with another log than this one.
     *
     * @param configured the name that the configuration chooses
     * @throws ElanusException CONFIGURATION_INVALID naming both, and how to move
     */
    public void require(String configured) {
        if (!wal.equals(configured)) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "the database is in the log '" + wal + "', but log.wal is '" + configured + "': set log.wal to '"
                            + wal + "', or stop the server and move the database with: bin/elanus wal move --to "
                            + configured);
        }
    }
}
