package org.elanus.core.host;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every contribution of one plugin: sets the context class loader, counts what the plugin does wrong,
 * turns errors of the JVM into an exception that names the plugin, and lets go of the plugin once it has stopped, so
 * that somebody who still holds a contribution does not keep its classes. Only contributions are guarded, not the
 * objects that they make: opening a log is, appending to it is not.
 */
final class Guard {

    private final String plugin;
    private final AtomicLong errors;
    private final LongAdder calls;
    private final List<Handler> handlers = new CopyOnWriteArrayList<>();
    private volatile @Nullable ClassLoader loader;

    Guard(String plugin, ClassLoader loader, LongAdder calls, AtomicLong errors) {
        this.plugin = plugin;
        this.loader = loader;
        this.errors = errors;
        this.calls = calls;
    }

    /** A contribution with the guard before it. */
    <T> T wrap(Class<T> kind, T target) {
        Handler handler = new Handler(target);
        handlers.add(handler);
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, handler));
    }

    /** Lets go of the plugin; its contributions answer NOT_READY from now on. */
    void sever() {
        loader = null;
        handlers.forEach(handler -> handler.target = null);
    }

    private final class Handler implements InvocationHandler {

        private volatile @Nullable Object target;

        Handler(Object target) {
            this.target = target;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, arguments);
            }
            ClassLoader context = loader;
            Object receiver = target;
            if (context == null || receiver == null) {
                throw new ElanusException(StandardErrorCode.NOT_READY, "plugin '" + plugin + "' has stopped");
            }
            calls.increment();
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(context);
            try {
                return method.invoke(receiver, arguments);
            } catch (InvocationTargetException e) {
                throw translate(method, e.getTargetException());
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private Throwable translate(Method method, Throwable error) {
            boolean expected = error instanceof InterruptedException
                    || (error instanceof ElanusException known && known.code().category() != ErrorCategory.INTERNAL);
            if (!expected) {
                errors.incrementAndGet();
            }
            if (error instanceof Error) {
                return new ElanusException(
                        StandardErrorCode.PLUGIN_FAILED,
                        "plugin '%s' failed in %s: %s"
                                .formatted(plugin, method.getName(), LifeCycleCalls.describe(error)),
                        error);
            }
            return error;
        }

        private @Nullable Object ofObject(Object proxy, Method method, Object @Nullable [] arguments) {
            return switch (method.getName()) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "contribution of plugin " + plugin;
            };
        }
    }
}
