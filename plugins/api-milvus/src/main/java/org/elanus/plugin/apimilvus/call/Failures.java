package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.elanus.milvus.proto.Status;

/** Answers of failed calls, for any message: read from its descriptor instead of typed for each. */
final class Failures {

    /** What requests call the names that errors are about. */
    private static final Map<String, String> SUBJECTS = Map.ofEntries(
            Map.entry("collection_name", "collection"),
            Map.entry("collectionName", "collection"),
            Map.entry("oldName", "collection"),
            Map.entry("collectionID", "collection"),
            Map.entry("partition_name", "partition"),
            Map.entry("partition_names", "partition"),
            Map.entry("index_name", "index"),
            Map.entry("alias", "alias"));

    private Failures() {}

    /** The answer of the method that holds nothing but the status. */
    @SuppressWarnings("unchecked") // a builder of R builds an R
    static <R extends Message> R answer(MethodDescriptor<?, R> method, Status status) {
        R prototype = prototype(method);
        if (prototype instanceof Status) {
            return (R) status;
        }
        FieldDescriptor field = prototype.getDescriptorForType().findFieldByName("status");
        if (field == null) {
            throw new IllegalArgumentException(method.getFullMethodName() + " has no status in its answer");
        }
        return (R) prototype.newBuilderForType().setField(field, status).build();
    }

    /** Whether the method's answer has a place for a status. */
    static boolean hasStatus(MethodDescriptor<?, ?> method) {
        Message prototype = Objects.requireNonNull((Message)
                ((PrototypeMarshaller<?>) method.getResponseMarshaller()).getMessagePrototype());
        FieldDescriptor field = prototype.getDescriptorForType().findFieldByName("status");
        return prototype instanceof Status
                || field != null
                        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                        && field.getMessageType().equals(Status.getDescriptor());
    }

    /** The names that the request gave. */
    static Map<String, String> subjects(Message request, Scope scope) {
        Map<String, String> subjects = new HashMap<>();
        String database = "";
        for (Map.Entry<FieldDescriptor, Object> field : request.getAllFields().entrySet()) {
            String name = field.getKey().getName();
            if (name.equals("db_name") || name.equals("dbName")) {
                database = String.valueOf(field.getValue());
            } else if (SUBJECTS.containsKey(name)) {
                subjects.putIfAbsent(SUBJECTS.get(name), String.valueOf(field.getValue()));
            }
        }
        subjects.put("database", scope.database(database));
        return subjects;
    }

    private static <R extends Message> R prototype(MethodDescriptor<?, R> method) {
        return Objects.requireNonNull(((PrototypeMarshaller<R>) method.getResponseMarshaller()).getMessagePrototype());
    }
}
