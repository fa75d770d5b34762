package org.elanus.core.access;

import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;

/**
 * One call on its way through the door.
 *
 * @param resource as it is called
 * @param named as the caller named it, such as by an alias
 * @param rowFilter which rows are there for the caller, in the filter language; empty for all
 * @param beganNanos when it arrived, on the host's monotonic clock
 */
public record Call(
        CallContext context, Operation operation, Action action, Resource resource, Resource named, String rowFilter, long beganNanos) {

    Call withRowFilter(String filter) {
        return new Call(context, operation, action, resource, named, filter, beganNanos);
    }
}
