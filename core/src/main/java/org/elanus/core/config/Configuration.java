package org.elanus.core.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.elanus.core.registry.Suggestion;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.Files;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one server: a YAML file, environment variables {@code ELANUS_...} and command-line overrides, the
 * later winning over the earlier, bound to records. What is wrong is collected, from all sources and all records, until
 * {@link #check} reports it at once; a default stands in for a wrong value until then.
 *
 * <p>Not safe for use by many threads: it is read while a server starts.
 */
public final class Configuration {

    /** Names under {@code plugins.} that belong to the core, and hence cannot be ids of plugins. */
    public static final Set<String> RESERVED_PLUGIN_IDS = Set.of("directory", "required");

    /** Read by bin/elanus. */
    private static final Set<String> LAUNCHER_VARIABLES = Set.of("ELANUS_JAVA_HOME", "ELANUS_JAVA_OPTS");

    /** Kubernetes sets these in every container when a service bears the name elanus. */
    private static final Pattern SERVICE_LINKS = Pattern.compile(
            "ELANUS_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_\\w*)?)=.*|PORT_\\d+_(TCP|UDP)\\w*=.*|PORT=(tcp|udp)://.*)");

    private final Map<String, Setting> settings;
    private final Map<String, String> variables;
    private final References references;
    private final List<String> problems;
    private final Map<String, Bound> bound = new LinkedHashMap<>();
    private final Map<String, Boolean> pluginIds = new TreeMap<>();
    private boolean pluginsDeclared;
    private boolean pluginsUnreadable;
    private final CoreConfig core;

    private Configuration(
            Map<String, Setting> settings,
            Map<String, String> variables,
            References references,
            List<String> problems) {
        this.settings = settings;
        this.variables = variables;
        this.references = references;
        this.problems = problems;
        this.core = CoreConfig.bind(this);
    }

    public static Builder builder(Files files) {
        return new Builder(files);
    }

    /** The core's own settings; defaults stand in for wrong values until {@link #check} has refused them. */
    public CoreConfig core() {
        return core;
    }

    /**
     * Tells which plugins are installed, so that settings for others are refused.
     *
     * @param ids the installed plugins
     * @param unreadable whether there are plugins whose id could not be read; settings of unknown plugins then pass
     */
    public void declarePlugins(Collection<String> ids, boolean unreadable) {
        pluginsDeclared = true;
        pluginsUnreadable |= unreadable;
        for (String id : ids) {
            pluginIds.putIfAbsent(id, false);
        }
    }

    /** Accepts the settings of an installed plugin unseen, because its record is not known: it failed before. */
    public void skipPlugin(String id) {
        pluginIds.put(id, true);
        bound.remove("plugins." + id);
    }

    /**
     * Binds the configuration record of an installed plugin from {@code plugins.<id>}. Binding it anew, because another
     * version of the plugin is started, forgets what was found before.
     *
     * @return empty when it cannot be made; {@link #check} then throws
     */
    public <C extends Record> Optional<C> plugin(String id, Class<C> type) {
        pluginIds.put(id, false);
        return Optional.ofNullable(bind("plugins." + id, type));
    }

    <C extends Record> @Nullable C bind(String prefix, Class<C> type) {
        List<Component> components = Component.of(prefix, type);
        for (Component component : components) {
            String value = variables.get(component.variable());
            Setting present = settings.get(component.path());
            if (value != null && !value.isEmpty() && (present == null || present.source() == Setting.Source.FILE)) {
                settings.put(
                        component.path(),
                        Setting.of(value, "environment variable " + component.variable(), Setting.Source.ENVIRONMENT));
            }
        }
        Binding binding = new Binding(settings, references);
        C record = binding.bind(prefix, type, components);
        List<String> paths = components.stream().map(Component::path).toList();
        bound.put(prefix, new Bound(paths, binding.problems(), binding.effective()));
        return record;
    }

    /** Whether anything is wrong with the values of a section, such as {@code data}. */
    public boolean hasProblem(String section) {
        Bound found = bound.get(section);
        return found != null && !found.problems.isEmpty();
    }

    /** Whether a source could not be read at all, so that what it says is not known. */
    public boolean isIncomplete() {
        return !problems.isEmpty();
    }

    /** Everything that is wrong, as far as it has been bound. */
    public List<String> problems() {
        Set<String> keys = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        Set<String> all = new LinkedHashSet<>(problems);
        for (Bound section : bound.values()) {
            all.addAll(section.problems);
            for (String path : section.paths) {
                keys.add(path);
                names.add(Component.variable(path));
            }
        }
        for (Map.Entry<String, Setting> entry : settings.entrySet()) {
            if (!keys.contains(entry.getKey())) {
                unknownKey(entry.getKey(), entry.getValue(), keys).ifPresent(all::add);
            }
        }
        for (String variable : variables.keySet()) {
            if (!names.contains(variable)) {
                unknownVariable(variable, names).ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    /**
     * Refuses a wrong configuration.
     *
     * @throws ElanusException CONFIGURATION_INVALID with every problem on a line of its own
     */
    public void check() {
        List<String> all = problems();
        if (!all.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "the configuration is invalid:\n - " + String.join("\n - ", all));
        }
    }

    /** Every bound setting as {@code key = value (origin)}, secrets masked; for operators. */
    public List<String> effective() {
        List<String> lines = new ArrayList<>();
        bound.values().forEach(section -> lines.addAll(section.effective));
        return lines;
    }

    private Optional<String> unknownKey(String key, Setting setting, Set<String> known) {
        String place = key + " (" + setting.origin() + ")";
        String[] parts = key.split("\\.", 3);
        boolean ofPlugin = parts[0].equals("plugins") && parts.length > 1 && !nearCoreKey(key, parts.length);
        if (!ofPlugin) {
            return Optional.of("unknown key " + place + suggestion(key, known, ""));
        }
        if (!pluginsDeclared) {
            return Optional.empty();
        }
        String id = parts[1];
        Boolean skipped = pluginIds.get(id);
        if (skipped == null) {
            return pluginsUnreadable
                    ? Optional.empty()
                    : Optional.of("%s: there is no plugin '%s'; installed: %s%s"
                            .formatted(
                                    place,
                                    id,
                                    listed(pluginIds.keySet()),
                                    Suggestion.didYouMean(id, pluginIds.keySet())));
        }
        if (skipped) {
            return Optional.empty();
        }
        String prefix = "plugins." + id + ".";
        List<String> keys =
                known.stream().filter(path -> path.startsWith(prefix)).toList();
        return Optional.of(
                keys.isEmpty()
                        ? "unknown key %s: plugin '%s' has no settings".formatted(place, id)
                        : "unknown key " + place + suggestion(key, keys, "plugin '" + id + "' has "));
    }

    /** {@code plugins.requird} is a mistyped setting of the core rather than a plugin without a key. */
    private static boolean nearCoreKey(String key, int parts) {
        return parts == 2
                && Suggestion.nearest(key.substring("plugins.".length()), RESERVED_PLUGIN_IDS)
                        .isPresent();
    }

    private Optional<String> unknownVariable(String variable, Set<String> names) {
        boolean ofPlugin = variable.startsWith("ELANUS_PLUGINS_");
        if (LAUNCHER_VARIABLES.contains(variable)
                || SERVICE_LINKS
                        .matcher(variable + "=" + variables.get(variable))
                        .matches()
                || (ofPlugin && (!pluginsDeclared || pluginsUnreadable))) {
            return Optional.empty();
        }
        for (Map.Entry<String, Boolean> plugin : pluginIds.entrySet()) {
            if (plugin.getValue() && variable.startsWith(Component.variable("plugins." + plugin.getKey()) + "_")) {
                return Optional.empty();
            }
        }
        String installed = ofPlugin ? "; installed plugins: " + listed(pluginIds.keySet()) : "";
        return Optional.of("environment variable " + variable + " names no setting" + installed
                + Suggestion.didYouMean(variable, names));
    }

    private static String suggestion(String key, Collection<String> keys, String owner) {
        String meant = Suggestion.didYouMean(key, keys);
        return meant.isEmpty() ? "; " + owner + (owner.isEmpty() ? "known keys: " : "") + listed(keys) : meant;
    }

    private static String listed(Collection<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** What one record came to. Holds no class: those of a plugin go with the plugin. */
    private record Bound(List<String> paths, List<String> problems, List<String> effective) {}

    /** Gathers the sources. */
    public static final class Builder {

        private final Files files;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, Setting> fallbacks = new LinkedHashMap<>();
        private final Map<String, Setting> overrides = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();
        private @Nullable Path file;

        private Builder(Files files) {
            this.files = files;
        }

        /** The YAML file; that it does not exist is an error. */
        public Builder file(Path path) {
            this.file = path;
            return this;
        }

        /** The process's environment; only names that begin with {@code ELANUS_} are settings. */
        public Builder environment(Map<String, String> values) {
            environment.putAll(values);
            return this;
        }

        /** Sets one key unless file, environment or command line does; wins over the declared default. */
        public Builder fallback(String key, String value, String origin) {
            fallbacks.put(key, Setting.of(value, origin, Setting.Source.FILE));
            return this;
        }

        /** Sets one key; wins over file and environment. */
        public Builder set(String key, String value) {
            return set(key, value, "set by the program");
        }

        /** {@code key.path=value}, as written on the command line. */
        public Builder override(String assignment) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                problems.add("'" + assignment + "' (command line): write key.path=value");
                return this;
            }
            return set(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), "command line");
        }

        /** As {@link #set(String, String)}; the origin appears in messages, such as {@code --data}. */
        public Builder set(String key, String value, String origin) {
            overrides.put(key, Setting.of(value, origin, Setting.Source.COMMAND_LINE));
            return this;
        }

        /** Reads the sources. Throws nothing for wrong content: {@link Configuration#check} does. */
        public Configuration build() {
            Map<String, Setting> settings = new LinkedHashMap<>();
            Path directory = Path.of("");
            Path path = file;
            if (path != null) {
                try {
                    String text = References.readText(files, path);
                    YamlSource.read(text, String.valueOf(path.getFileName()), settings, problems);
                } catch (IOException e) {
                    problems.add("the configuration file cannot be read: " + e.getMessage());
                }
                Path parent = path.getParent();
                directory = parent == null ? directory : parent;
            }
            fallbacks.forEach(settings::putIfAbsent);
            settings.putAll(overrides);
            Map<String, String> variables = new TreeMap<>();
            environment.forEach((name, value) -> {
                if (name.startsWith("ELANUS_")) {
                    variables.put(name, value);
                }
            });
            return new Configuration(
                    settings, variables, new References(files, Map.copyOf(environment), directory), problems);
        }
    }
}
