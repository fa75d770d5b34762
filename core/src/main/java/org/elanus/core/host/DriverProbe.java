package org.elanus.core.host;

import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.Callable;

/** Lists the JDBC drivers that its own class loader sees. Public and on JDK types alone: it is defined anew elsewhere. */
public final class DriverProbe implements Callable<List<?>> {

    /** For {@link Suspects}. */
    public DriverProbe() {}

    @Override
    public List<?> call() {
        return DriverManager.drivers().toList();
    }
}
