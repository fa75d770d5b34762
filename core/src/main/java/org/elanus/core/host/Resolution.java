package org.elanus.core.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.DependencyResolver;
import org.pf4j.PluginDependency;

/**
 * The order in which plugins start, each after those it depends on, and why some cannot.
 *
 * @param order ids of the plugins that can start
 * @param refused reasons by id
 */
record Resolution(List<String> order, Map<String, String> refused) {

    static Resolution of(Collection<Candidate> candidates) {
        Map<String, Candidate> open = new LinkedHashMap<>();
        candidates.forEach(candidate -> open.put(candidate.id(), candidate));
        Map<String, String> refused = new LinkedHashMap<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Candidate candidate : List.copyOf(open.values())) {
                String reason = unmet(candidate, open, refused);
                if (reason != null) {
                    refused.put(candidate.id(), reason);
                    open.remove(candidate.id());
                    changed = true;
                }
            }
            if (!changed && resolve(open.values()).hasCyclicDependency()) {
                List<String> cycle = cycle(open);
                String path = String.join(" -> ", cycle) + " -> " + cycle.getFirst();
                for (String id : cycle) {
                    refused.put(id, "it is part of a cycle of dependencies: " + path);
                    open.remove(id);
                }
                changed = true;
            }
        }
        List<String> order = open.isEmpty()
                ? List.of()
                : resolve(open.values()).getSortedPlugins().stream()
                        .filter(open::containsKey)
                        .toList();
        return new Resolution(order, refused);
    }

    private static DependencyResolver.Result resolve(Collection<Candidate> candidates) {
        return new DependencyResolver(Descriptor.VERSIONS)
                .resolve(candidates.stream()
                        .map(candidate -> candidate.descriptor().declared())
                        .toList());
    }

    private static @Nullable String unmet(
            Candidate candidate, Map<String, Candidate> open, Map<String, String> refused) {
        for (PluginDependency dependency : dependencies(candidate)) {
            String id = dependency.getPluginId();
            Candidate present = open.get(id);
            if (present == null && !dependency.isOptional()) {
                return refused.containsKey(id)
                        ? "it depends on plugin '" + id + "', which cannot run: " + refused.get(id)
                        : "it depends on plugin '" + id + "', which is not installed";
            }
            String range = dependency.getPluginVersionSupport();
            if (present != null && !fits(present.descriptor().version(), range)) {
                return "it depends on plugin '%s' in version '%s', installed is %s"
                        .formatted(id, range, present.descriptor().version());
            }
        }
        return null;
    }

    private static boolean fits(String version, String range) {
        try {
            return Descriptor.VERSIONS.checkVersionConstraint(version, range);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static List<PluginDependency> dependencies(Candidate candidate) {
        List<PluginDependency> dependencies = candidate.descriptor().declared().getDependencies();
        return dependencies == null ? List.of() : dependencies;
    }

    /** Ids that must run before the candidate does. */
    static List<String> required(Candidate candidate) {
        return dependencies(candidate).stream()
                .filter(dependency -> !dependency.isOptional())
                .map(PluginDependency::getPluginId)
                .toList();
    }

    /** Some cycle among candidates that all have their dependencies. */
    private static List<String> cycle(Map<String, Candidate> open) {
        Set<String> done = new HashSet<>();
        for (String start : open.keySet()) {
            List<String> cycle = search(start, open, new ArrayList<>(), done);
            if (cycle != null) {
                return cycle;
            }
        }
        throw new IllegalStateException("no cycle among " + open.keySet());
    }

    private static @Nullable List<String> search(
            String id, Map<String, Candidate> open, List<String> path, Set<String> done) {
        int seen = path.indexOf(id);
        if (seen >= 0) {
            return List.copyOf(path.subList(seen, path.size()));
        }
        Candidate candidate = open.get(id);
        if (candidate == null || !done.add(id)) {
            return null;
        }
        path.add(id);
        for (String next : required(candidate)) {
            List<String> cycle = search(next, open, path, done);
            if (cycle != null) {
                return cycle;
            }
        }
        path.removeLast();
        return null;
    }
}
