package org.elanus.core.access;

import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Decision;

/** The step that asks whether the caller may do this, and with which rows. */
final class Authorization implements Step {

    private final Permissions permissions;

    Authorization(Permissions permissions) {
        this.permissions = permissions;
    }

    @Override
    public Call enter(Call call) {
        if (!permissions.isEnabled()) {
            return call;
        }
        // What somebody may see of a list, or of a database, is for its method to pick.
        Action action = picks(call) ? Action.CONNECT : call.action();
        Decision decision = permissions.require(call.context(), action, call.resource(), call.named());
        return decision.rowFilter().map(call::withRowFilter).orElse(call);
    }

    static boolean picks(Call call) {
        return switch (call.operation()) {
            case COLLECTIONS, DATABASES -> call.action() != Action.FLUSH_ALL;
            case DATABASE ->
                switch (call.action()) {
                    case DESCRIBE_DATABASE, ALTER_DATABASE, DROP_DATABASE, CREATE_DATABASE -> false;
                    default -> true;
                };
            default -> false;
        };
    }
}
