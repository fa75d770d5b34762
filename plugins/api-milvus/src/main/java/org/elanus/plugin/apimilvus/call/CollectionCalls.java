package org.elanus.plugin.apimilvus.call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.AddCollectionFieldRequest;
import org.elanus.milvus.proto.AlterCollectionFieldRequest;
import org.elanus.milvus.proto.AlterCollectionRequest;
import org.elanus.milvus.proto.BatchDescribeCollectionRequest;
import org.elanus.milvus.proto.BatchDescribeCollectionResponse;
import org.elanus.milvus.proto.BoolResponse;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionResponse;
import org.elanus.milvus.proto.DropCollectionRequest;
import org.elanus.milvus.proto.GetCollectionStatisticsRequest;
import org.elanus.milvus.proto.GetCollectionStatisticsResponse;
import org.elanus.milvus.proto.HasCollectionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.RenameCollectionRequest;
import org.elanus.milvus.proto.ShowCollectionsRequest;
import org.elanus.milvus.proto.ShowCollectionsResponse;
import org.elanus.milvus.proto.ShowType;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.TruncateCollectionRequest;
import org.elanus.milvus.proto.TruncateCollectionResponse;
import org.elanus.plugin.apimilvus.wire.ConsistencyCodec;
import org.elanus.plugin.apimilvus.wire.KeyValues;
import org.elanus.plugin.apimilvus.wire.Names;
import org.elanus.plugin.apimilvus.wire.SchemaCodec;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.LoadStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Collections and their fields. */
final class CollectionCalls {

    /** A hybrid timestamp is milliseconds shifted left by this. */
    static final int LOGICAL_BITS = 18;

    private final Database database;
    private final Zones zones;

    CollectionCalls(Database database) {
        this.database = database;
        this.zones = new Zones(database);
    }

    void add(Calls calls) {
        calls.serve(MilvusServiceGrpc.getCreateCollectionMethod(), this::create)
                .serve(MilvusServiceGrpc.getDropCollectionMethod(), this::drop)
                .serve(MilvusServiceGrpc.getHasCollectionMethod(), this::has)
                .serve(MilvusServiceGrpc.getDescribeCollectionMethod(), this::describe)
                .serve(MilvusServiceGrpc.getBatchDescribeCollectionMethod(), this::describeAll)
                .serve(MilvusServiceGrpc.getShowCollectionsMethod(), this::list)
                .serve(MilvusServiceGrpc.getGetCollectionStatisticsMethod(), this::statistics)
                .serve(MilvusServiceGrpc.getRenameCollectionMethod(), this::rename)
                .serve(MilvusServiceGrpc.getAlterCollectionMethod(), this::alter)
                .serve(MilvusServiceGrpc.getAlterCollectionFieldMethod(), this::alterField)
                .serve(MilvusServiceGrpc.getAddCollectionFieldMethod(), this::addField)
                .serve(MilvusServiceGrpc.getTruncateCollectionMethod(), this::truncate);
    }

    private Status create(Scope scope, CreateCollectionRequest request) {
        String name = Names.collection(request.getCollectionName());
        org.elanus.milvus.proto.CollectionSchema schema = SchemaCodec.parseCollection(request.getSchema());
        Map<String, String> properties = new HashMap<>(KeyValues.toMap(schema.getPropertiesList()));
        properties.putAll(KeyValues.toMap(request.getPropertiesList()));
        CallContext context = scope.context(request.getDbName());
        zones.complete(context, properties);
        if (request.getNumPartitions() < 0 || request.getNumPartitions() > Integer.MAX_VALUE) {
            throw ElanusException.invalid("num_partitions cannot be %d", request.getNumPartitions());
        }
        database.createCollection(
                context,
                new CollectionSpec(
                        name,
                        SchemaCodec.decode(schema),
                        request.getShardsNum(),
                        (int) request.getNumPartitions(),
                        ConsistencyCodec.ofCollection(request.getConsistencyLevel()),
                        properties));
        return WireStatus.SUCCESS;
    }

    private Status drop(Scope scope, DropCollectionRequest request) {
        database.dropCollection(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()));
        return WireStatus.SUCCESS;
    }

    private BoolResponse has(Scope scope, HasCollectionRequest request) {
        boolean there = database.hasCollection(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()));
        return BoolResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setValue(there)
                .build();
    }

    private DescribeCollectionResponse describe(Scope scope, DescribeCollectionRequest request) {
        return describe(scope.context(request.getDbName()), request.getCollectionName(), request.getCollectionID());
    }

    private DescribeCollectionResponse describe(CallContext context, String name, long id) {
        CollectionInfo info = name.isEmpty() && id != 0
                ? database.collection(context, id)
                : database.collection(context, Names.given("collection", name));
        DescribeCollectionResponse.Builder response = DescribeCollectionResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .setCollectionName(info.name())
                .setCollectionID(info.id())
                .setDbName(info.database())
                .setDbId(database.database(context, info.database()).id())
                .setSchema(SchemaCodec.encode(info.name(), info.schema()))
                .setShardsNum(info.shards())
                .setNumPartitions(info.partitions())
                .setConsistencyLevel(ConsistencyCodec.toWire(info.consistency()))
                .addAllProperties(KeyValues.toPairs(info.properties()))
                .addAllAliases(info.aliases())
                .addAllVirtualChannelNames(info.channels())
                .setCreatedTimestamp(info.createdAt())
                .setCreatedUtcTimestamp(info.createdAt() >>> LOGICAL_BITS)
                .setUpdateTimestamp(info.updatedAt())
                .setUpdateTimestampStr(Long.toUnsignedString(info.updatedAt()))
                .setRequestTime(database.allocateTimestamp(context));
        for (String channel : info.channels()) {
            int end = channel.lastIndexOf('_'); // <physical channel>_<collection id>v<shard>
            response.addPhysicalChannelNames(end < 0 ? channel : channel.substring(0, end));
        }
        return response.build();
    }

    private BatchDescribeCollectionResponse describeAll(Scope scope, BatchDescribeCollectionRequest request) {
        if (request.getCollectionNameCount() == 0 && request.getCollectionIDCount() == 0) {
            throw ElanusException.invalid("collection_name is empty: name at least one collection");
        }
        BatchDescribeCollectionResponse.Builder response =
                BatchDescribeCollectionResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        CallContext context = scope.context(request.getDbName());
        for (String name : request.getCollectionNameList()) {
            response.addResponses(describeOne(scope, context, name, 0));
        }
        if (request.getCollectionNameCount() == 0) {
            for (long id : request.getCollectionIDList()) {
                response.addResponses(describeOne(scope, context, "", id));
            }
        }
        return response.build();
    }

    /** A collection that cannot be described does not hide the others. */
    private DescribeCollectionResponse describeOne(Scope scope, CallContext context, String name, long id) {
        try {
            return describe(context, name, id);
        } catch (ElanusException e) {
            String subject = name.isEmpty() ? Long.toString(id) : name;
            return DescribeCollectionResponse.newBuilder()
                    .setStatus(WireStatus.of(
                            e, Map.of("database", context.database(), "collection", subject), scope.requestId()))
                    .build();
        }
    }

    @SuppressWarnings("deprecation") // older clients read the percentages
    private ShowCollectionsResponse list(Scope scope, ShowCollectionsRequest request) {
        CallContext context = scope.context(request.getDbName());
        ShowCollectionsResponse.Builder response =
                ShowCollectionsResponse.newBuilder().setStatus(WireStatus.SUCCESS);
        boolean loadedOnly = request.getType() == ShowType.InMemory;
        List<String> asked = request.getCollectionNamesList();
        for (CollectionInfo info : database.collections(context)) {
            LoadStatus load = database.loadStatus(context, info.name(), List.of());
            boolean loaded = load.state() == LoadStatus.State.LOADED || load.state() == LoadStatus.State.LOADING;
            if ((loadedOnly && !loaded) || (!asked.isEmpty() && !asked.contains(info.name()))) {
                continue;
            }
            response.addCollectionNames(info.name())
                    .addCollectionIds(info.id())
                    .addCreatedTimestamps(info.createdAt())
                    .addCreatedUtcTimestamps(info.createdAt() >>> LOGICAL_BITS)
                    .addInMemoryPercentages(load.progress())
                    .addQueryServiceAvailable(load.state() == LoadStatus.State.LOADED)
                    .addShardsNum(info.shards());
        }
        return response.build();
    }

    private GetCollectionStatisticsResponse statistics(Scope scope, GetCollectionStatisticsRequest request) {
        long rows = database.rowCount(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()), "");
        return GetCollectionStatisticsResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .addStats(KeyValues.pair("row_count", Long.toString(rows)))
                .build();
    }

    private Status rename(Scope scope, RenameCollectionRequest request) {
        CallContext context = scope.context(request.getDbName());
        String target = request.getNewDBName().isEmpty() ? context.database() : request.getNewDBName();
        database.renameCollection(
                context,
                Names.given("collection", request.getOldName()),
                target,
                Names.collection(request.getNewName()));
        return WireStatus.SUCCESS;
    }

    private Status alter(Scope scope, AlterCollectionRequest request) {
        CallContext context = scope.context(request.getDbName());
        String name = name(context, request.getCollectionName(), request.getCollectionID());
        Map<String, String> set = DatabaseCalls.changes(request.getPropertiesList(), request.getDeleteKeysList());
        database.alterCollection(context, name, set, request.getDeleteKeysList());
        return WireStatus.SUCCESS;
    }

    private Status alterField(Scope scope, AlterCollectionFieldRequest request) {
        Map<String, String> set = DatabaseCalls.changes(request.getPropertiesList(), request.getDeleteKeysList());
        database.alterField(
                scope.context(request.getDbName()),
                Names.given("collection", request.getCollectionName()),
                Names.given("field", request.getFieldName()),
                set,
                request.getDeleteKeysList());
        return WireStatus.SUCCESS;
    }

    private Status addField(Scope scope, AddCollectionFieldRequest request) {
        CallContext context = scope.context(request.getDbName());
        String name = name(context, request.getCollectionName(), request.getCollectionID());
        FieldSchema field = SchemaCodec.parseField(request.getSchema());
        database.addField(context, name, field);
        return WireStatus.SUCCESS;
    }

    private TruncateCollectionResponse truncate(Scope scope, TruncateCollectionRequest request) {
        database.truncate(
                scope.context(request.getDbName()), Names.given("collection", request.getCollectionName()));
        return TruncateCollectionResponse.newBuilder()
                .setStatus(WireStatus.SUCCESS)
                .build();
    }

    private String name(CallContext context, String name, long id) {
        if (!name.isEmpty()) {
            return name;
        }
        if (id == 0) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, "collection name should not be empty");
        }
        return database.collection(context, id).name();
    }
}
