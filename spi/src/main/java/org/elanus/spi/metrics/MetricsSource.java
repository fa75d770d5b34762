package org.elanus.spi.metrics;

import java.util.List;
import org.elanus.spi.HostImplements;

/** What can be read at any moment, for one reporter. Safe for use by many threads. */
@HostImplements
public interface MetricsSource {

    /** Every metric that the core has, those of {@link StandardMetrics} included, whether it has values yet or not. */
    List<Metric> metrics();

    /**
     * The present values of all counters and gauges that are not reported call by call. Before it reads them, the reporter
     * is told of everything that happened until now, on the calling thread: whoever shows the reporter's own numbers
     * after this call shows nothing too old. Meant to be asked every few seconds: it looks at every collection, plugin
     * and channel. Not to be called from within the reporter's own methods.
     */
    List<Sample> samples();
}
