package org.elanus.testkit.wal;

/** A group of checks of {@link WalConformance}. */
interface WalCheck {

    /** The log under test and what the checks do with it. */
    WalKit kit();
}
