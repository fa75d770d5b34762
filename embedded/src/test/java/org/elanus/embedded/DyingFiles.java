package org.elanus.embedded;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;

/** Files of a process that dies: after so many changes none takes effect any more. */
final class DyingFiles {

    private static final Set<String> CHANGES = Set.of(
            "create",
            "replace",
            "link",
            "syncDirectory",
            "createDirectories",
            "delete",
            "truncate",
            "append",
            "force");

    private final AtomicInteger left;
    private volatile boolean dead;

    /** @param changes that still take effect */
    DyingFiles(int changes) {
        this.left = new AtomicInteger(changes);
    }

    Files over(Files files) {
        return proxy(Files.class, files);
    }

    /** From now on. */
    void die() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    /** How many changes were made of the given number. */
    int made(int changes) {
        return changes - left.get();
    }

    private <T> T proxy(Class<T> type, T original) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> call(original, method, given)));
    }

    private Object call(Object original, Method method, Object[] given) throws Throwable {
        if (CHANGES.contains(method.getName())) {
            if (dead || left.decrementAndGet() < 0) {
                dead = true;
                throw new IOException("this process is dead");
            }
        }
        try {
            Object result = method.invoke(original, given);
            return result instanceof AppendFile file ? proxy(AppendFile.class, file) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
