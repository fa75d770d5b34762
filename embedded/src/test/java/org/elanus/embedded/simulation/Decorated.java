package org.elanus.embedded.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Puts hooks before single methods of an interface; every other method goes through. */
final class Decorated {

    private Decorated() {}

    /** The method as it was. */
    @FunctionalInterface
    interface Original {
        Object call(Object... arguments) throws Throwable;
    }

    /** Stands in the place of a method. */
    @FunctionalInterface
    interface Hook {
        Object call(Original original, Object[] arguments) throws Throwable;
    }

    static <T> T with(Class<T> type, T target, Map<String, Hook> hooks) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Original original = given -> {
                        try {
                            return method.invoke(target, given);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    };
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    Hook hook = hooks.get(method.getName());
                    return hook == null ? original.call(given) : hook.call(original, given);
                }));
    }
}
