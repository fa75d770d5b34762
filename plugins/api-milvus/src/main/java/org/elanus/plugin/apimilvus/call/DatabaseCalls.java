package org.elanus.plugin.apimilvus.call;

import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.AlterDatabaseRequest;
import org.elanus.milvus.proto.CreateDatabaseRequest;
import org.elanus.milvus.proto.DescribeDatabaseRequest;
import org.elanus.milvus.proto.DescribeDatabaseResponse;
import org.elanus.milvus.proto.DropDatabaseRequest;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.ListDatabasesRequest;
import org.elanus.milvus.proto.ListDatabasesResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.error.ElanusException;

/** Databases. */
final class DatabaseCalls {

    private final Database database;

    DatabaseCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateDatabaseMethod(), this::create)
                .serve(MilvusServiceGrpc.getDropDatabaseMethod(), this::drop)
                .serve(MilvusServiceGrpc.getListDatabasesMethod(), this::list)
                .serve(MilvusServiceGrpc.getDescribeDatabaseMethod(), this::describe)
                .serve(MilvusServiceGrpc.getAlterDatabaseMethod(), this::alter);
    }

    private Status create(Scope scope, CreateDatabaseRequest request) {
        database.createDatabase(
                scope.context(), Names.database(request.getDbName()), KeyValues.toMap(request.getPropertiesList()));
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropDatabaseRequest request) {
        database.dropDatabase(scope.context(), Names.given("database", request.getDbName()));
        return WireStatus.SUCCESS;
    }

    private ListDatabasesResponse list(Scope scope, ListDatabasesRequest request) {
        ListDatabasesResponse.Builder response =
                ListDatabasesResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        for (DatabaseInfo info : database.databases(scope.context())) {
            response.addDbNames(info.name()).addDbIds(info.id()).addCreatedTimestamp(info.createdAt());
        }
        return response.build();
    }

    private DescribeDatabaseResponse describe(Scope scope, DescribeDatabaseRequest request) {
        CallContext context = scope.context(request.getDbName());
        DatabaseInfo info = database.database(context, context.database());
        return DescribeDatabaseResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setDbName(info.name())
                .setDbID(info.id())
                .setCreatedTimestamp(info.createdAt())
                .addAllProperties(KeyValues.toPairs(info.properties()))
                .build();
    }

    private Status alter(Scope scope, AlterDatabaseRequest request) {
        CallContext context = scope.context(request.getDbName());
        Map<String, String> set = changes(request.getPropertiesList(), request.getDeleteKeysList());
        database.alterDatabase(context, context.database(), set, request.getDeleteKeysList());
        return WireStatus.SUCCESS;
    }

    /** What an alteration sets; it either sets or deletes. */
    static Map<String, String> changes(List<KeyValuePair> set, List<String> delete) {
        if (set.isEmpty() && delete.isEmpty()) {
            throw ElanusException.invalid("properties and delete_keys are both empty: there is nothing to alter");
        }
        if (!set.isEmpty() && !delete.isEmpty()) {
            throw ElanusException.invalid("properties and delete_keys cannot be given in one request");
        }
        return KeyValues.toMap(set);
    }
}
