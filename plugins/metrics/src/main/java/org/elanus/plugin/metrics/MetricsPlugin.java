package org.elanus.plugin.metrics;

import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;

/** Shows what the core measures, the Java machine and the process at {@code GET /metrics} on the management port. */
public final class MetricsPlugin implements ElanusPlugin {

    private final PrometheusReporter reporter = new PrometheusReporter();

    @Override
    public void register(Contributions contributions) {
        contributions.metrics(reporter);
        contributions.route(new ManagementRoute("GET", "/metrics", request -> reporter.page(request.accept())));
    }

    @Override
    public void start(PluginContext context) {
        reporter.start(context.files());
        // While the rest of the server starts, so that the first scrape does not wait for it.
        context.threads().startVirtual("meters", reporter::prepare);
    }

    @Override
    public void stop() {
        reporter.stop();
    }
}
