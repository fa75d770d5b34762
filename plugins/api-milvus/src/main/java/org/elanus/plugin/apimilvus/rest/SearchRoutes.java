package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DslType;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FunctionSchema;
import org.elanus.milvus.proto.FunctionScore;
import org.elanus.milvus.proto.HybridSearchRequest;
import org.elanus.milvus.proto.IDs;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResultData;
import org.elanus.plugin.apimilvus.wire.KeyValues;

/** {@code /v2/vectordb/entities/} for searches. */
final class SearchRoutes {

    private static final int DEFAULT_LIMIT = 100;

    /** What search options are called in JSON and in requests. */
    private static final Map<String, String> OPTIONS = Map.of(
            "metricType", "metric_type",
            "metric_type", "metric_type",
            "ignoreGrowing", "ignore_growing",
            "ignore_growing", "ignore_growing",
            "roundDecimal", "round_decimal",
            "round_decimal", "round_decimal",
            "hints", "hints",
            "analyzerName", "analyzer_name");

    private SearchRoutes() {}

    static void add(Routes routes) {
        routes.post("entities/search", SearchRoutes::search)
                .post("entities/hybrid_search", SearchRoutes::hybridSearch)
                .post("entities/advanced_search", SearchRoutes::hybridSearch);
    }

    private static Answer search(RestCall call) {
        Members body = call.body();
        if (body.has("data") == body.has("ids")) {
            throw body.has("data")
                    ? RestException.invalid("give either 'data' or 'ids', not both")
                    : RestException.missing("data");
        }
        CollectionSchema schema = CollectionRoutes.described(call).getSchema();
        SearchRequest.Builder request = request(call, schema, body, "searchParams");
        request.setDbName(call.database())
                .addAllPartitionNames(body.texts("partitionNames"))
                .addAllOutputFields(body.texts("outputFields"));
        if (body.has("functionScore")) {
            request.setFunctionScore(functionScore(body.object("functionScore")));
        }
        String level = body.text("consistencyLevel");
        if (level.isEmpty()) {
            request.setUseDefaultConsistency(true);
        } else {
            request.setConsistencyLevel(Schemas.consistency(level));
        }
        return hits(
                call,
                call.run(MilvusServiceGrpc.getSearchMethod(), request.build()).getResults());
    }

    private static Answer hybridSearch(RestCall call) {
        Members body = call.body();
        List<Members> searches = body.objects("search");
        if (searches.isEmpty()) {
            throw RestException.missing("search");
        }
        CollectionSchema schema = CollectionRoutes.described(call).getSchema();
        HybridSearchRequest.Builder request = HybridSearchRequest.newBuilder()
                .setDbName(call.database())
                .setCollectionName(call.collection())
                .addAllPartitionNames(body.texts("partitionNames"))
                .addAllOutputFields(body.texts("outputFields"));
        for (Members search : searches) {
            request.addRequests(request(call, schema, search, "params"));
        }
        Members rerank = body.object("rerank");
        request.addRankParams(KeyValues.pair("strategy", rerank.text("strategy")))
                .addRankParams(KeyValues.pair("params", json(rerank.object("params"))))
                .addRankParams(KeyValues.pair("limit", Integer.toString(body.wholeInt("limit", DEFAULT_LIMIT))))
                .addRankParams(KeyValues.pair("offset", Integer.toString(body.wholeInt("offset", 0))))
                .addAllRankParams(grouping(body));
        if (body.has("functionScore")) {
            request.setFunctionScore(functionScore(body.object("functionScore")));
        }
        String level = body.text("consistencyLevel");
        if (level.isEmpty()) {
            request.setUseDefaultConsistency(true);
        } else {
            request.setConsistencyLevel(Schemas.consistency(level));
        }
        return hits(
                call,
                call.run(MilvusServiceGrpc.getHybridSearchMethod(), request.build())
                        .getResults());
    }

    /** One search, be it alone or a part of a hybrid one. */
    private static SearchRequest.Builder request(
            RestCall call, CollectionSchema schema, Members search, String parameters) {
        FieldSchema field = field(schema, search.text("annsField"));
        SearchRequest.Builder request = SearchRequest.newBuilder()
                .setCollectionName(call.collection())
                .setDsl(search.text("filter"))
                .setDslType(DslType.BoolExprV1)
                .putAllExprTemplateValues(TemplateValues.of(search))
                .addSearchParams(KeyValues.pair("anns_field", field.getName()))
                .addSearchParams(KeyValues.pair("topk", Integer.toString(search.wholeInt("limit", DEFAULT_LIMIT))))
                .addSearchParams(KeyValues.pair("offset", Integer.toString(search.wholeInt("offset", 0))))
                .addAllSearchParams(grouping(search));
        if (!search.text("metricType").isEmpty()) {
            request.addSearchParams(KeyValues.pair("metric_type", search.text("metricType")));
        }
        options(request, search.object(parameters));
        if (search.has("data")) {
            PlaceholderValue vectors = vectors(field, search.requiredSlice("data"));
            request.setNq(vectors.getValuesCount())
                    .setPlaceholderGroup(PlaceholderGroup.newBuilder()
                            .addPlaceholders(vectors)
                            .build()
                            .toByteString());
        } else if (search.has("ids")) {
            IDs ids = EntityRoutes.ids(key(schema), search.required("ids"));
            request.setIds(ids).setNq(ids.getIntId().getDataCount() + ids.getStrId().getDataCount());
        } else {
            throw RestException.missing("data");
        }
        return request;
    }

    private static FieldSchema key(CollectionSchema schema) {
        for (FieldSchema field : schema.getFieldsList()) {
            if (field.getIsPrimaryKey()) {
                return field;
            }
        }
        throw RestException.invalid("the collection has no primary key");
    }

    private static FieldSchema field(CollectionSchema schema, String name) {
        List<FieldSchema> vectors = schema.getFieldsList().stream()
                .filter(field -> field.getDataType().getNumber() >= DataType.BinaryVector_VALUE)
                .toList();
        for (FieldSchema field : vectors) {
            if (field.getName().equals(name) || (name.isEmpty() && vectors.size() == 1)) {
                return field;
            }
        }
        List<String> names = vectors.stream().map(FieldSchema::getName).toList();
        throw RestException.invalid(
                name.isEmpty()
                        ? "annsField is needed: the collection's vector fields are " + names
                        : "annsField '" + Json.shortened(name) + "' is no vector field; there are " + names);
    }

    /** Options may stand beside {@code params} or in it. */
    private static void options(SearchRequest.Builder request, Members given) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : given.object("params").entries()) {
            merged.set(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, JsonNode> entry : given.entries()) {
            String option = OPTIONS.get(entry.getKey());
            if (entry.getKey().equals("params") || entry.getValue().isNull()) {
                continue;
            }
            if (option != null) {
                request.addSearchParams(KeyValues.pair(option, Members.plain(entry.getValue())));
                continue;
            }
            JsonNode before = merged.get(entry.getKey());
            if (before != null && !before.equals(entry.getValue())) {
                throw RestException.invalid("ambiguous parameter: '" + Json.shortened(entry.getKey())
                        + "' is given twice, beside 'params' and in it");
            }
            merged.set(entry.getKey(), entry.getValue());
        }
        request.addSearchParams(KeyValues.pair("params", merged.toString()));
    }

    private static List<KeyValuePair> grouping(Members body) {
        List<KeyValuePair> pairs = new ArrayList<>();
        if (!body.text("groupingField").isEmpty()) {
            pairs.add(KeyValues.pair("group_by_field", body.text("groupingField")));
            if (body.has("groupSize")) {
                pairs.add(KeyValues.pair("group_size", Integer.toString(body.wholeInt("groupSize", 1))));
            }
            if (body.has("strictGroupSize")) {
                pairs.add(KeyValues.pair(
                        "strict_group_size", Boolean.toString(body.flag("strictGroupSize", false))));
            }
        }
        return pairs;
    }

    private static String json(Members members) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : members.entries()) {
            node.set(entry.getKey(), entry.getValue());
        }
        return node.toString();
    }

    private static FunctionScore functionScore(Members given) {
        FunctionScore.Builder score = FunctionScore.newBuilder();
        for (Members function : given.objects("functions")) {
            score.addFunctions(FunctionSchema.newBuilder()
                    .setName(function.text("name"))
                    .setType(Schemas.functionType(function.requiredText("type")))
                    .addAllInputFieldNames(function.texts("inputFieldNames"))
                    .addAllParams(function.object("params").pairs()));
        }
        return score.build();
    }

    private static PlaceholderValue vectors(FieldSchema field, JsonSlice data) {
        PlaceholderValue.Builder placeholder = PlaceholderValue.newBuilder().setTag("$0");
        try (JsonParser parser = data.parser()) {
            placeholder.setType(placeholderType(field));
            VectorValues dense = field.getDataType() == DataType.SparseFloatVector
                    ? null
                    : new VectorValues(field.getDataType(), RowColumn.dimension(field));
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw RestException.wrongFormat("'data' must be a list of vectors");
            }
            int vector = 0;
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                try {
                    if (dense == null) {
                        placeholder.addValues(SparseValues.read(parser, token));
                    } else {
                        dense.add(parser, token);
                    }
                } catch (WrongValueException e) {
                    throw RestException.invalid("query vector " + vector + " of field '" + field.getName() + "': "
                            + e.text());
                }
                vector++;
            }
            if (vector == 0) {
                throw RestException.missing("data");
            }
            if (dense != null) {
                ByteString all = dense.bytes();
                for (int i = 0; i < vector; i++) {
                    placeholder.addValues(all.substring(i * dense.width(), (i + 1) * dense.width()));
                }
            }
            return placeholder.build();
        } catch (WrongValueException e) {
            throw RestException.invalid("field '" + field.getName() + "': " + e.text());
        } catch (JsonProcessingException e) {
            throw Json.malformed(e);
        } catch (IOException e) {
            throw RestException.wrongFormat("the vectors cannot be read");
        }
    }

    private static PlaceholderType placeholderType(FieldSchema field) {
        return switch (field.getDataType()) {
            case FloatVector -> PlaceholderType.FloatVector;
            case BinaryVector -> PlaceholderType.BinaryVector;
            case Float16Vector -> PlaceholderType.Float16Vector;
            case BFloat16Vector -> PlaceholderType.BFloat16Vector;
            case Int8Vector -> PlaceholderType.Int8Vector;
            case SparseFloatVector -> PlaceholderType.SparseFloatVector;
            default -> throw new WrongValueException("searching vectors of type " + field.getDataType()
                    + " is not supported");
        };
    }

    /** The hits of all queries in one list, and how many belong to each. */
    private static Answer hits(RestCall call, SearchResultData results) {
        return Answer.free(generator -> {
            ResultRows rows =
                    new ResultRows(results.getFieldsDataList(), results.getOutputFieldsList(), call.longNumbers());
            IDs ids = results.getIds();
            String key = results.getPrimaryFieldName().isEmpty() ? "id" : results.getPrimaryFieldName();
            generator.writeArrayFieldStart("data");
            Set<String> taken = new HashSet<>();
            for (int hit = 0; hit < results.getScoresCount(); hit++) {
                taken.clear();
                generator.writeStartObject();
                generator.writeFieldName("distance");
                generator.writeNumber(results.getScores(hit));
                taken.add("distance");
                taken.add(key);
                generator.writeFieldName(key);
                if (ids.hasIntId()) {
                    rows.whole(generator, ids.getIntId().getData(hit));
                } else {
                    generator.writeString(ids.getStrId().getData(hit));
                }
                rows.write(generator, taken);
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("topks");
            for (long count : results.getTopksList()) {
                generator.writeNumber(count);
            }
            generator.writeEndArray();
        });
    }
}
