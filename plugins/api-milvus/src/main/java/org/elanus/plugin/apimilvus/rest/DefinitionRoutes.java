package org.elanus.plugin.apimilvus.rest;

import org.elanus.milvus.proto.AlterAliasRequest;
import org.elanus.milvus.proto.AlterDatabaseRequest;
import org.elanus.milvus.proto.CreateAliasRequest;
import org.elanus.milvus.proto.CreateDatabaseRequest;
import org.elanus.milvus.proto.CreatePartitionRequest;
import org.elanus.milvus.proto.DescribeAliasRequest;
import org.elanus.milvus.proto.DescribeAliasResponse;
import org.elanus.milvus.proto.DescribeDatabaseRequest;
import org.elanus.milvus.proto.DescribeDatabaseResponse;
import org.elanus.milvus.proto.DropAliasRequest;
import org.elanus.milvus.proto.DropDatabaseRequest;
import org.elanus.milvus.proto.DropPartitionRequest;
import org.elanus.milvus.proto.GetPartitionStatisticsRequest;
import org.elanus.milvus.proto.HasPartitionRequest;
import org.elanus.milvus.proto.ListAliasesRequest;
import org.elanus.milvus.proto.ListDatabasesRequest;
import org.elanus.milvus.proto.LoadPartitionsRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.ReleasePartitionsRequest;
import org.elanus.milvus.proto.ShowPartitionsRequest;

/** {@code /v2/vectordb/} with {@code partitions/}, {@code aliases/} and {@code databases/}. */
final class DefinitionRoutes {

    private DefinitionRoutes() {}

    static void add(Routes routes) {
        routes.post("partitions/list", DefinitionRoutes::listPartitions)
                .post("partitions/has", DefinitionRoutes::hasPartition)
                .post("partitions/get_stats", DefinitionRoutes::partitionStatistics)
                .post("partitions/create", DefinitionRoutes::createPartition)
                .post("partitions/drop", DefinitionRoutes::dropPartition)
                .post("partitions/load", DefinitionRoutes::loadPartitions)
                .post("partitions/release", DefinitionRoutes::releasePartitions)
                .post("aliases/list", DefinitionRoutes::listAliases)
                .post("aliases/describe", DefinitionRoutes::describeAlias)
                .post("aliases/create", DefinitionRoutes::createAlias)
                .post("aliases/drop", DefinitionRoutes::dropAlias)
                .post("aliases/alter", DefinitionRoutes::alterAlias)
                .post("databases/list", DefinitionRoutes::listDatabases)
                .post("databases/describe", DefinitionRoutes::describeDatabase)
                .post("databases/create", DefinitionRoutes::createDatabase)
                .post("databases/drop", DefinitionRoutes::dropDatabase)
                .post("databases/alter", DefinitionRoutes::alterDatabase)
                .post("databases/alter_properties", DefinitionRoutes::alterDatabase)
                .post("databases/drop_properties", DefinitionRoutes::dropDatabaseProperties);
    }

    private static String partition(RestCall call) {
        return call.body().requiredText("partitionName");
    }

    private static Answer listPartitions(RestCall call) {
        return Answer.names(call.run(
                        MilvusServiceGrpc.getShowPartitionsMethod(),
                        ShowPartitionsRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .build())
                .getPartitionNamesList());
    }

    private static Answer hasPartition(RestCall call) {
        boolean has = call.run(
                        MilvusServiceGrpc.getHasPartitionMethod(),
                        HasPartitionRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .setPartitionName(partition(call))
                                .build())
                .getValue();
        return Answer.object(generator -> generator.writeBooleanField("has", has));
    }

    private static Answer partitionStatistics(RestCall call) {
        return CollectionRoutes.rowCount(call.run(
                        MilvusServiceGrpc.getGetPartitionStatisticsMethod(),
                        GetPartitionStatisticsRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.collection())
                                .setPartitionName(partition(call))
                                .build())
                .getStatsList());
    }

    private static Answer createPartition(RestCall call) {
        call.run(
                MilvusServiceGrpc.getCreatePartitionMethod(),
                CreatePartitionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setPartitionName(partition(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer dropPartition(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropPartitionMethod(),
                DropPartitionRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setPartitionName(partition(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer loadPartitions(RestCall call) {
        call.run(
                MilvusServiceGrpc.getLoadPartitionsMethod(),
                LoadPartitionsRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .addAllPartitionNames(call.body().requiredTexts("partitionNames"))
                        .build());
        return Answer.DONE;
    }

    private static Answer releasePartitions(RestCall call) {
        call.run(
                MilvusServiceGrpc.getReleasePartitionsMethod(),
                ReleasePartitionsRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .addAllPartitionNames(call.body().requiredTexts("partitionNames"))
                        .build());
        return Answer.DONE;
    }

    private static String alias(RestCall call) {
        return call.body().requiredText("aliasName");
    }

    private static Answer listAliases(RestCall call) {
        return Answer.names(call.run(
                        MilvusServiceGrpc.getListAliasesMethod(),
                        ListAliasesRequest.newBuilder()
                                .setDbName(call.database())
                                .setCollectionName(call.body().text("collectionName"))
                                .build())
                .getAliasesList());
    }

    private static Answer describeAlias(RestCall call) {
        DescribeAliasResponse alias = call.run(
                MilvusServiceGrpc.getDescribeAliasMethod(),
                DescribeAliasRequest.newBuilder()
                        .setDbName(call.database())
                        .setAlias(alias(call))
                        .build());
        return Answer.object(generator -> {
            generator.writeStringField("dbName", alias.getDbName());
            generator.writeStringField("collectionName", alias.getCollection());
            generator.writeStringField("aliasName", alias.getAlias());
        });
    }

    private static Answer createAlias(RestCall call) {
        call.run(
                MilvusServiceGrpc.getCreateAliasMethod(),
                CreateAliasRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setAlias(alias(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer dropAlias(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropAliasMethod(),
                DropAliasRequest.newBuilder()
                        .setDbName(call.database())
                        .setAlias(alias(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer alterAlias(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterAliasMethod(),
                AlterAliasRequest.newBuilder()
                        .setDbName(call.database())
                        .setCollectionName(call.collection())
                        .setAlias(alias(call))
                        .build());
        return Answer.DONE;
    }

    private static String requiredDatabase(RestCall call) {
        return call.body().requiredText("dbName");
    }

    private static Answer listDatabases(RestCall call) {
        return Answer.names(call.run(
                        MilvusServiceGrpc.getListDatabasesMethod(), ListDatabasesRequest.getDefaultInstance())
                .getDbNamesList());
    }

    private static Answer describeDatabase(RestCall call) {
        DescribeDatabaseResponse database = call.run(
                MilvusServiceGrpc.getDescribeDatabaseMethod(),
                DescribeDatabaseRequest.newBuilder()
                        .setDbName(requiredDatabase(call))
                        .build());
        return Answer.object(generator -> {
            generator.writeStringField("dbName", database.getDbName());
            generator.writeNumberField("dbID", database.getDbID());
            CollectionRoutes.pairs(generator, "properties", database.getPropertiesList());
        });
    }

    private static Answer createDatabase(RestCall call) {
        call.run(
                MilvusServiceGrpc.getCreateDatabaseMethod(),
                CreateDatabaseRequest.newBuilder()
                        .setDbName(requiredDatabase(call))
                        .addAllProperties(call.body().object("properties").pairs())
                        .build());
        return Answer.DONE;
    }

    private static Answer dropDatabase(RestCall call) {
        call.run(
                MilvusServiceGrpc.getDropDatabaseMethod(),
                DropDatabaseRequest.newBuilder()
                        .setDbName(requiredDatabase(call))
                        .build());
        return Answer.DONE;
    }

    private static Answer alterDatabase(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterDatabaseMethod(),
                AlterDatabaseRequest.newBuilder()
                        .setDbName(requiredDatabase(call))
                        .addAllProperties(call.body().object("properties").pairs())
                        .build());
        return Answer.DONE;
    }

    private static Answer dropDatabaseProperties(RestCall call) {
        call.run(
                MilvusServiceGrpc.getAlterDatabaseMethod(),
                AlterDatabaseRequest.newBuilder()
                        .setDbName(requiredDatabase(call))
                        .addAllDeleteKeys(call.body().texts("propertyKeys"))
                        .build());
        return Answer.DONE;
    }
}
