package org.elanus.plugin.apimilvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What there is, and that it is documented. */
class RoutesTest {

    private final String documentation;

    RoutesTest() throws IOException {
        documentation = Files.readString(Path.of("../../docs/rest.md"));
    }

    @Test
    void everyRouteHasAnExample() {
        List<String> served = Routes.all().served();
        assertThat(served).hasSizeGreaterThan(45).contains("entities/advanced_search");
        for (String path : served) {
            if (!path.equals("entities/advanced_search")) {
                assertThat(documentation).contains("POST " + Routes.PREFIX + path + "\n");
            }
        }
    }

    @Test
    void everyRouteHasAnAction() {
        assertThat(RestActions.paths()).containsAll(Routes.all().paths());
    }

    @Test
    void resourcesAreRoutes() {
        ResourceRoutes resources = new ResourceRoutes();
        ResourceRoutes.Resource found = resources.find("/collections/a%20b/partitions/p%2Fq+r/load");
        assertThat(found).isNotNull();
        assertThat(found.variables()).isEqualTo(Map.of("collectionName", "a b", "partitionNames", "p/q+r"));
        assertThat(found.routeByMethod()).isEqualTo(Map.of("PUT", "partitions/load", "DELETE", "partitions/release"));
        assertThat(resources.find("/collections")).isNotNull();
        assertThat(resources.find("/collections/")).isNull();
        assertThat(resources.find("/collections/a/b")).isNull();
        assertThat(resources.find("/")).isNull();
        for (String route : resources.routes()) {
            assertThat(Routes.all().find(route)).as(route).isNotNull();
        }
    }
}
