package org.elanus.plugin.apimilvus.rest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of {@code /v2/vectordb/} by their path behind it. All are POST. */
final class Routes {

    static final String PREFIX = "/v2/vectordb/";

    private final Map<String, Route> byPath = new HashMap<>();
    private final List<String> served = new ArrayList<>();

    static Routes all() {
        Routes routes = new Routes();
        CollectionRoutes.add(routes);
        EntityRoutes.add(routes);
        SearchRoutes.add(routes);
        IndexRoutes.add(routes);
        DefinitionRoutes.add(routes);
        AccountRoutes.add(routes);
        RoleRoutes.add(routes);
        return routes.decline(
                "jobs/import/list", "jobs/import/create", "jobs/import/describe", "jobs/import/get_progress",
                "resource_groups/create", "resource_groups/drop", "resource_groups/alter",
                "resource_groups/describe", "resource_groups/list", "resource_groups/transfer_replica",
                "segments/describe", "quotacenter/describe", "common/run_analyzer");
    }

    Routes post(String path, Route route) {
        byPath.put(path, route);
        served.add(path);
        return this;
    }

    /** Routes that clients know and this server does not have. */
    Routes decline(String... paths) {
        for (String path : paths) {
            byPath.put(path, call -> {
                throw RestException.unimplemented(path);
            });
        }
        return this;
    }

    /** Paths of routes that do something. */
    List<String> served() {
        return List.copyOf(served);
    }

    /** Paths of all routes. */
    Set<String> paths() {
        return Set.copyOf(byPath.keySet());
    }

    /** Null when there is none. */
    @Nullable
    Route find(String path) {
        return byPath.get(path);
    }
}
