package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.util.function.Function;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one method does, whoever asks for it: whatever its handler throws becomes a status inside the answer. */
final class Command<Q, R extends Message> {

    private static final Logger LOG = LoggerFactory.getLogger(Command.class);

    private final String name;
    private final MethodDescriptor<?, R> method;
    private final Function<Q, ? extends Message> message;
    private final Handler<Q, R> handler;

    Command(
            String name,
            MethodDescriptor<?, R> method,
            Function<Q, ? extends Message> message,
            Handler<Q, R> handler) {
        this.name = name;
        this.method = method;
        this.message = message;
        this.handler = handler;
    }

    String name() {
        return name;
    }

    /** @throws ElanusException UNAUTHENTICATED alone, which is no status in any protocol */
    R answer(Scope scope, Q request) {
        try {
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
            if (e.code() == StandardErrorCode.UNAUTHENTICATED) {
                throw e;
            }
            if (e.code().category() == ErrorCategory.INTERNAL) {
                LOG.warn("{} {} failed", name, scope.requestId(), e);
            }
            return failure(scope, request, e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            LOG.error("{} {} failed unexpectedly", name, scope.requestId(), e);
            return failure(scope, request, e);
        }
    }

    /** The answer to a request that could not be read. */
    R unread(Scope scope, ElanusException failure) {
        return Failures.answer(method, WireStatus.of(failure, java.util.Map.of(), scope.requestId()));
    }

    private R failure(Scope scope, Q request, Throwable error) {
        return Failures.answer(
                method, WireStatus.of(error, Failures.subjects(message.apply(request), scope), scope.requestId()));
    }
}
