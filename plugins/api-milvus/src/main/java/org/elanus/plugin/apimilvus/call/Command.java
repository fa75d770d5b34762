package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one method does, whoever asks for it: whatever its handler throws becomes a status inside the answer. */
final class Command<Q, R extends Message> {

    private static final Logger LOG = LoggerFactory.getLogger(Command.class);

    /** What REST routes ask beside what they are for. The database asks whether the caller may do that. */
    private static final Set<String> LOOK_UPS =
            Set.of("DescribeCollection", "DescribeIndex", "GetLoadState", "GetLoadingProgress");

    private final String name;
    private final MethodDescriptor<?, R> method;
    private final Function<Q, ? extends Message> message;
    private final Handler<Q, R> handler;
    private final Action action;

    Command(
            String name,
            MethodDescriptor<?, R> method,
            Function<Q, ? extends Message> message,
            Handler<Q, R> handler) {
        this.name = name;
        this.method = method;
        this.message = message;
        this.handler = handler;
        this.action = RpcActions.of(name);
    }

    String name() {
        return name;
    }

    /** @throws RefusedException when the door does not let the call pass, which is no status in any protocol */
    R answer(Scope scope, Q request) {
        Message asked = message.apply(request);
        try {
            pass(scope, asked);
            R response = handler.handle(scope, request);
            int size = response.getSerializedSize();
            long most = scope.runtime().maxResponseBytes();
            if (size > most) {
                throw new ElanusException(
                        StandardErrorCode.ARGUMENT_TOO_LARGE,
                        "the result has " + size + " bytes, at most " + most
                                + " are sent; ask for fewer rows or fields");
            }
            return response;
        } catch (ElanusException e) {
            scope.runtime().door().failed(action, e);
            if (e.code() == StandardErrorCode.UNAUTHENTICATED) {
                throw RefusedException.unauthenticated(e);
            }
            if (e.code() == StandardErrorCode.CANCELLED && scope.isSignedOut()) {
                throw RefusedException.unauthenticated(new ElanusException(
                        StandardErrorCode.UNAUTHENTICATED, "the caller is no longer signed in"));
            }
            if (e.code().category() == ErrorCategory.INTERNAL) {
                LOG.warn("{} {} failed", name, scope.requestId(), e);
            }
            return failure(scope, asked, e);
        } catch (RefusedException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            scope.runtime().door().failed(action, e);
            LOG.error("{} {} failed unexpectedly", name, scope.requestId(), e);
            return failure(scope, asked, e);
        }
    }

    /** Before anything is looked at: every call asks here, whatever it does behind. */
    private void pass(Scope scope, Message asked) {
        if (LOOK_UPS.contains(name) && scope.isPartOfRoute()) {
            return;
        }
        List<Resource> resources = scope.runtime().door().isEnabled()
                ? RequestResource.of(asked, action, scope)
                : List.of();
        try {
            scope.require(action, resources);
        } catch (ElanusException e) {
            throw e.code() == StandardErrorCode.PERMISSION_DENIED
                    ? RefusedException.denied(
                            e, action, scope.user(), resources.getFirst().database())
                    : e;
        }
    }

    /** The answer to a request that could not be read. */
    R unread(Scope scope, ElanusException failure) {
        scope.runtime().door().failed(action, failure);
        return Failures.answer(method, WireStatus.of(failure, Map.of(), scope.requestId()));
    }

    private R failure(Scope scope, Message asked, Throwable error) {
        return Failures.answer(
                method, WireStatus.of(error, Failures.subjects(asked, scope), scope.requestId()));
    }
}
