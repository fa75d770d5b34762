package org.elanus.core.host;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Principal;

/** The database as a plugin sees it: whatever caller the plugin names, the call is the plugin's own. */
final class PluginDatabase {

    private PluginDatabase() {}

    static Database of(Database database, String plugin) {
        Principal principal = Principal.plugin(plugin);
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object[] own = arguments;
            if (arguments != null && arguments.length > 0 && arguments[0] instanceof CallContext context) {
                own = arguments.clone();
                own[0] = new CallContext(
                        principal,
                        context.database(),
                        context.deadlineNanos(),
                        context.cancellation(),
                        context.requestKey(),
                        context.requestId());
            }
            try {
                return method.invoke(database, own);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        };
        return (Database)
                Proxy.newProxyInstance(PluginDatabase.class.getClassLoader(), new Class<?>[] {Database.class}, handler);
    }
}
