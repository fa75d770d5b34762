package org.elanus.core.config;

import java.util.Map;
import org.elanus.spi.config.Doc;

/** Writes the page that lists every setting, from the records that declare them, as Markdown. */
public final class ConfigurationReference {

    private ConfigurationReference() {}

    /**
     * The page.
     *
     * @param plugins the configuration records of plugins by their ids, in the order of the page
     */
    public static String render(Map<String, Class<? extends Record>> plugins) {
        StringBuilder page = new StringBuilder("""
                # Configuration

                This page is generated from the configuration records; a test fails when it is out of date.

                Settings come from `elanus.yaml`, from environment variables and from the command line
                (`--set key.path=value`); the later wins over the earlier. Keys with dots are the same as nested keys.
                An unknown key and a value out of range are errors, all reported at once. An environment variable that
                is set but empty counts as not set.

                A value may hold references: `${env:NAME}` takes an environment variable, `${file:PATH}` the content of
                a file (a relative path begins at the configuration file's directory), `$${` is a plain `${`. Secrets
                are shown as `******` everywhere.

                Durations: `250ms`, `10s`, `5m`, `2h`, `1d` or ISO-8601. Sizes: `512`, `64KiB`, `512MiB`, `2GiB`
                (1,024-based) or `1MB` (1,000-based). Lists: a YAML list, or texts separated by commas.
                """);
        CoreConfig.sections().forEach((name, type) -> section(page, "`" + name + "`", name, type));
        if (!plugins.isEmpty()) {
            page.append("\n# Plugins\n");
            plugins.forEach((id, type) -> section(page, "Plugin `" + id + "`", "plugins." + id, type));
        }
        return page.toString();
    }

    private static void section(StringBuilder page, String title, String prefix, Class<? extends Record> type) {
        page.append("\n## ").append(title).append('\n');
        Doc doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            page.append('\n').append(doc.value()).append('\n');
        }
        page.append("\n| key | value | default | meaning |\n|---|---|---|---|\n");
        for (Component component : Component.of(prefix, type)) {
            page.append("| `%s`<br>`%s` | %s | %s | %s |\n"
                    .formatted(
                            component.path(),
                            component.variable(),
                            cell(accepted(component)),
                            defaultCell(component),
                            cell(component.documentation())));
        }
    }

    private static String accepted(Component component) {
        ValueType type = component.type();
        String text = type == null ? component.rawType().getSimpleName() : type.describe();
        String range = component.range();
        return text + (range.isEmpty() ? "" : ", " + range) + (component.secret() ? " (secret)" : "");
    }

    private static String defaultCell(Component component) {
        String text = component.defaultText();
        if (text != null) {
            return text.isEmpty() ? "(empty)" : "`" + text + "`";
        }
        ValueType type = component.type();
        return type != null && type.optional() ? "(none)" : "**must be given**";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
