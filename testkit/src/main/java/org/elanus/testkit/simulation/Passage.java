package org.elanus.testkit.simulation;

/** Told whenever a process passes a durability point. */
interface Passage {

    /** Just before. Another thread may run first; the power may go. */
    void before(String point);

    /** Just after; the power may go. */
    void after(String point);
}
