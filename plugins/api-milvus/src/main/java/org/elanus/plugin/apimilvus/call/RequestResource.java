package org.elanus.plugin.apimilvus.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;

/** What a request is about, read from its descriptor instead of typed for each. */
final class RequestResource {

    private static final List<String> DATABASES = List.of("db_name", "dbName");
    private static final List<String> COLLECTIONS =
            List.of("collection_name", "collectionName", "collection_names", "oldName", "alias");
    private static final List<String> IDS = List.of("collectionID", "collection_id");
    private static final List<String> USERS = List.of("username", "user_name", "name");

    private RequestResource() {}

    /** The resources that the action has to be allowed on; none when the database alone can tell, by an id. */
    static List<Resource> of(Message request, Action action, Scope scope) {
        return switch (action.scope()) {
            case USER -> List.of(Resource.user(user(request)));
            case CLUSTER -> List.of(cluster(request, action, scope));
            case DATABASE, COLLECTION -> collections(request, action, scope);
        };
    }

    /** All of them when none is named. */
    private static String user(Message request) {
        FieldDescriptor entity = request.getDescriptorForType().findFieldByName("user");
        Message named = entity != null && entity.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                ? (Message) request.getField(entity)
                : request;
        String name = text(named, USERS);
        return name.isEmpty() ? AccessControl.ANY : name;
    }

    /** The name of the database is what an action upon databases is about. */
    private static Resource cluster(Message request, Action action, Scope scope) {
        return switch (action) {
            case CREATE_DATABASE, DROP_DATABASE -> Resource.database(text(request, DATABASES));
            case RENAME_COLLECTION ->
                Resource.collection(scope.database(text(request, DATABASES)), text(request, COLLECTIONS));
            default -> Resource.CLUSTER;
        };
    }

    private static List<Resource> collections(Message request, Action action, Scope scope) {
        String database = scope.database(text(request, DATABASES));
        List<String> names = texts(request, COLLECTIONS);
        if (names.isEmpty() && isById(request)) {
            return List.of();
        }
        if (names.isEmpty() || action == Action.SHOW_COLLECTIONS) {
            return List.of(Resource.database(database));
        }
        List<Resource> resources = new ArrayList<>(names.size());
        for (String name : names) {
            resources.add(Resource.collection(database, name));
        }
        return resources;
    }

    private static boolean isById(Message request) {
        for (FieldDescriptor field : request.getAllFields().keySet()) {
            if (IDS.contains(field.getName())) {
                return true;
            }
        }
        return false;
    }

    private static String text(Message request, List<String> fields) {
        List<String> texts = texts(request, fields);
        return texts.isEmpty() ? "" : texts.getFirst();
    }

    /** Of the first of the fields that holds any. */
    private static List<String> texts(Message request, List<String> fields) {
        for (String name : fields) {
            FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
            if (field == null || field.getJavaType() != FieldDescriptor.JavaType.STRING) {
                continue;
            }
            List<String> texts = new ArrayList<>();
            if (field.isRepeated()) {
                for (Object text : (List<?>) request.getField(field)) {
                    texts.add((String) text);
                }
            } else if (!((String) request.getField(field)).isEmpty()) {
                texts.add((String) request.getField(field));
            }
            if (!texts.isEmpty()) {
                return texts;
            }
        }
        return List.of();
    }
}
