package org.elanus.embedded;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.elanus.plugin.wallocal.WalLocalPlugin;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.wal.WalOpenerBuilder;

/** The local log once more, in its own directory and under the name {@code second}. */
public final class SecondLogPlugin implements ElanusPlugin {

    private final WalLocalPlugin local = new WalLocalPlugin();

    @Override
    public void register(Contributions contributions) {
        local.register((Contributions) Proxy.newProxyInstance(
                Contributions.class.getClassLoader(), new Class<?>[] {Contributions.class}, (proxy, method, given) -> {
                    if (given[0] instanceof WalOpenerBuilder builder) {
                        contributions.wal(new RenamedLog("second", builder));
                        return null;
                    }
                    try {
                        return method.invoke(contributions, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Override
    public void start(PluginContext context) {
        local.start(context);
    }

    @Override
    public Health health() {
        return local.health();
    }

    @Override
    public void stop() {
        local.stop();
    }
}
