package org.elanus.plugin.apimilvus;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** Notes what was asked for, answers what a test wants, and stores nothing. */
final class RecordedAccess implements InvocationHandler {

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Object> answers = new HashMap<>();
    @Nullable ElanusException failure;

    final AccessControl control = (AccessControl)
            Proxy.newProxyInstance(AccessControl.class.getClassLoader(), new Class<?>[] {AccessControl.class}, this);

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
        List<Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
        CallContext context = (CallContext) given.getFirst();
        Action action = Objects.requireNonNull(context.action());
        // Only where the method alone does not tell what for.
        String asked = method.getName().equals("users") ? " for " + action.wireName() : "";
        calls.add(method.getName() + asked + " " + given.subList(1, given.size()));
        if (failure != null) {
            throw failure;
        }
        return answers.get(method.getName());
    }

    String last() {
        return calls.getLast();
    }
}
