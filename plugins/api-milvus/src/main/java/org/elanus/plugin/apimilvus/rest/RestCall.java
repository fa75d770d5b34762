package org.elanus.plugin.apimilvus.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.call.Commands;
import org.elanus.plugin.apimilvus.call.RefusedException;
import org.elanus.plugin.apimilvus.call.Scope;
import org.elanus.plugin.apimilvus.wire.Received;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.error.ElanusException;

/**
 * One request of a route.
 *
 * @param longNumbers whether INT64 values are answered as numbers, which some clients round, and not as strings
 */
record RestCall(Members body, Scope scope, Commands commands, boolean longNumbers) {

    /** Empty for that of the header, or else the default one. */
    String database() {
        return body.text("dbName");
    }

    String collection() {
        return body.requiredText("collectionName");
    }

    /** Makes sure that the caller may do what the route is for. */
    void require(Action action) {
        Resource resource =
                switch (action.scope()) {
                    case USER -> Resource.user(body.text("userName"));
                    case CLUSTER -> cluster(action);
                    case DATABASE, COLLECTION -> ofData();
                };
        try {
            scope.require(action, resource);
        } catch (ElanusException e) {
            throw RestException.refused(e);
        }
    }

    private Resource cluster(Action action) {
        return switch (action) {
            case CREATE_DATABASE, DROP_DATABASE -> Resource.database(database());
            case RENAME_COLLECTION -> ofData();
            default -> Resource.CLUSTER;
        };
    }

    private Resource ofData() {
        String name = body.text("collectionName");
        String database = scope.database(database());
        if (name.isEmpty()) {
            name = body.text("aliasName");
        }
        return name.isEmpty() ? Resource.database(database) : Resource.collection(database, name);
    }

    /** Runs a command. @throws RestException when it fails */
    <Q extends Message, R extends Message> R run(MethodDescriptor<Q, R> method, Q request) {
        try {
            return checked(commands.call(scope, method, request));
        } catch (RefusedException e) {
            throw RestException.of(e);
        }
    }

    <Q extends Message, R extends Message> R runWithRows(MethodDescriptor<Q, R> method, Received<Q> request) {
        try {
            return checked(commands.callWithRows(scope, method, request));
        } catch (RefusedException e) {
            throw RestException.of(e);
        }
    }

    private static <R extends Message> R checked(R answer) {
        Status status;
        if (answer instanceof Status whole) {
            status = whole;
        } else {
            FieldDescriptor field = answer.getDescriptorForType().findFieldByName("status");
            status = (Status) answer.getField(field);
        }
        if (status.getCode() != 0) {
            throw RestException.of(status);
        }
        return answer;
    }
}
