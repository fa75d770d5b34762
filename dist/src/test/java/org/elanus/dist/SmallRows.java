package org.elanus.dist;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import java.util.ArrayList;
import java.util.List;

/** A small collection that is filled with numbered rows. */
final class SmallRows {

    private static final int DIMENSION = 8;
    private static final String NAME = "small";

    private SmallRows() {}

    static void create(MilvusClientV2 client) {
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(NAME)
                .dimension(DIMENSION)
                .build());
    }

    static void insert(MilvusClientV2 client, int first, int rows) {
        List<JsonObject> data = new ArrayList<>();
        for (int i = first; i < first + rows; i++) {
            JsonObject row = new JsonObject();
            row.addProperty("id", (long) i);
            JsonArray vector = new JsonArray();
            for (float value : vector(i)) {
                vector.add(value);
            }
            row.add("vector", vector);
            data.add(row);
        }
        client.insert(InsertReq.builder().collectionName(NAME).data(data).build());
    }

    private static float[] vector(int row) {
        float[] vector = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            vector[d] = (float) Math.sin(row * 31 + d);
        }
        return vector;
    }

    /** Rows of which everything that was acknowledged is counted. */
    static long count(MilvusClientV2 client, String filter) {
        return (Long) client.query(QueryReq.builder()
                        .collectionName(NAME)
                        .filter(filter)
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()
                .getFirst()
                .getEntity()
                .get("count(*)");
    }

    /** The nearest row, among what this server knows already. */
    static long nearest(MilvusClientV2 client, int row) {
        return (Long) client.search(SearchReq.builder()
                        .collectionName(NAME)
                        .annsField("vector")
                        .data(List.of(new FloatVec(vector(row))))
                        .limit(1)
                        .consistencyLevel(ConsistencyLevel.EVENTUALLY)
                        .build())
                .getSearchResults()
                .getFirst()
                .getFirst()
                .getId();
    }
}
