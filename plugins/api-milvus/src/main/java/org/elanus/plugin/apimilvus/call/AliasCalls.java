package org.elanus.plugin.apimilvus.call;

import org.elanus.milvus.proto.AlterAliasRequest;
import org.elanus.milvus.proto.CreateAliasRequest;
import org.elanus.milvus.proto.DescribeAliasRequest;
import org.elanus.milvus.proto.DescribeAliasResponse;
import org.elanus.milvus.proto.DropAliasRequest;
import org.elanus.milvus.proto.ListAliasesRequest;
import org.elanus.milvus.proto.ListAliasesResponse;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Database;

/** Aliases. */
final class AliasCalls {

    private final Database database;

    AliasCalls(Database database) {
        this.database = database;
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateAliasMethod(), this::create)
                .serve(MilvusServiceGrpc.getDropAliasMethod(), this::drop)
                .serve(MilvusServiceGrpc.getAlterAliasMethod(), this::alter)
                .serve(MilvusServiceGrpc.getDescribeAliasMethod(), this::describe)
                .serve(MilvusServiceGrpc.getListAliasesMethod(), this::list);
    }

    private Status create(Scope scope, CreateAliasRequest request) {
        database.createAlias(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.alias(request.getAlias()));
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropAliasRequest request) {
        database.dropAlias(scope.context(request.getDbName()), Names.given("collection alias", request.getAlias()));
        return WireStatus.SUCCESS;
    }

    private Status alter(Scope scope, AlterAliasRequest request) {
        database.alterAlias(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.alias(request.getAlias()));
        return WireStatus.SUCCESS;
    }

    private DescribeAliasResponse describe(Scope scope, DescribeAliasRequest request) {
        CallContext context = scope.context(request.getDbName());
        String alias = Names.given("collection alias", request.getAlias());
        return DescribeAliasResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setDbName(context.database())
                .setAlias(alias)
                .setCollection(database.aliasTarget(context, alias))
                .build();
    }

    private ListAliasesResponse list(Scope scope, ListAliasesRequest request) {
        CallContext context = scope.context(request.getDbName());
        ListAliasesResponse.Builder response =
                ListAliasesResponse.newBuilder().setStatus(WireStatus.SUCCESS).setDbName(context.database());
        if (!request.getCollectionName().isEmpty()) {
            CollectionInfo info = database.collection(context, request.getCollectionName());
            return response.setCollectionName(info.name())
                    .addAllAliases(info.aliases())
                    .build();
        }
        for (CollectionInfo info : database.collections(context)) {
            response.addAllAliases(info.aliases());
        }
        return response.build();
    }
}
