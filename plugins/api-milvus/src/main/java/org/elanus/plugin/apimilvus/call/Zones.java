package org.elanus.plugin.apimilvus.call;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Moments;

/** The time zones of moments: that of the request, else of the collection, else of the database, else UTC. */
final class Zones {

    private static final String TIMEZONE = "timezone";

    private final Database database;

    Zones(Database database) {
        this.database = database;
    }

    /** Of rows that a client sends; looked up only when there are moments. */
    ZoneId ofRows(CallContext context, String collection, List<FieldData> fields) {
        for (FieldData field : fields) {
            if (field.getType() == DataType.Timestamptz) {
                return of(context, database.collection(context, collection), Map.of());
            }
        }
        return ZoneOffset.UTC;
    }

    /** A new collection remembers the time zone of its database, which may change later. */
    void complete(CallContext context, Map<String, String> properties) {
        String given = properties.get(TIMEZONE);
        if (given != null) {
            Moments.zone(given);
            return;
        }
        String inherited = database.database(context, context.database()).properties().getOrDefault(TIMEZONE, "");
        properties.put(TIMEZONE, inherited.isEmpty() ? "UTC" : inherited);
    }

    /** @param options of the request */
    ZoneId of(CallContext context, CollectionInfo collection, Map<String, String> options) {
        String name = options.getOrDefault(TIMEZONE, "");
        if (name.isEmpty()) {
            name = collection.properties().getOrDefault(TIMEZONE, "");
        }
        if (name.isEmpty()) {
            name = database.database(context, collection.database()).properties().getOrDefault(TIMEZONE, "");
        }
        return Moments.zone(name);
    }
}
