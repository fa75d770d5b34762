package org.elanus.core.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file into settings under dotted keys, every scalar as the text that was written. Keeps the line of each,
 * so that a message can say where to look.
 */
final class YamlSource {

    private static final int MAX_DEPTH = 16;

    private final String fileName;
    private final Map<String, Setting> target;
    private final List<String> problems;

    private YamlSource(String fileName, Map<String, Setting> target, List<String> problems) {
        this.fileName = fileName;
        this.target = target;
        this.problems = problems;
    }

    static void read(String text, String fileName, Map<String, Setting> target, List<String> problems) {
        if (text.lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"))) {
            return; // as shipped: no YAML library has to be loaded for it
        }
        YamlSource source = new YamlSource(fileName, target, problems);
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                source.section(parser, "", 0);
            } else if (first != null && first != JsonToken.VALUE_NULL && !isBlank(parser, first)) {
                problems.add(source.at(parser) + ": the file must hold keys and values, such as 'data:'");
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            problems.add("%s:%d: not valid YAML: %s"
                    .formatted(
                            fileName,
                            Math.max(line, 1),
                            e.getOriginalMessage().lines().findFirst().orElse("")));
        } catch (IOException e) {
            problems.add(fileName + ": cannot be read: " + e.getMessage());
        }
    }

    /** A file of comments alone comes as one empty string. */
    private static boolean isBlank(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_STRING && parser.getText().isBlank();
    }

    private void section(YAMLParser parser, String prefix, int depth) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = prefix.isEmpty() ? parser.currentName() : prefix + "." + parser.currentName();
            String origin = at(parser);
            JsonToken token = parser.nextToken();
            if (parser.isCurrentAlias()) {
                problems.add(key + " (" + origin + "): YAML aliases are not supported; write the value");
            } else if (token == JsonToken.START_OBJECT) {
                if (depth == MAX_DEPTH) {
                    problems.add(key + " (" + origin + "): nested too deeply");
                    parser.skipChildren();
                } else {
                    section(parser, key, depth + 1);
                }
            } else if (token == JsonToken.START_ARRAY) {
                put(key, list(parser, key, origin), origin);
            } else if (token != JsonToken.VALUE_NULL) {
                put(key, Setting.of(parser.getText(), origin, Setting.Source.FILE), origin);
            }
        }
    }

    private @Nullable Setting list(YAMLParser parser, String key, String origin) throws IOException {
        List<String> values = new ArrayList<>();
        boolean scalars = true;
        JsonToken token = parser.nextToken();
        while (token != null && token != JsonToken.END_ARRAY) {
            if (token.isScalarValue() && token != JsonToken.VALUE_NULL && !parser.isCurrentAlias()) {
                values.add(parser.getText());
            } else {
                scalars = false;
                parser.skipChildren();
            }
            token = parser.nextToken();
        }
        if (!scalars) {
            problems.add(key + " (" + origin + "): a list holds plain values only");
            return null;
        }
        return new Setting(values, true, origin, Setting.Source.FILE);
    }

    private void put(String key, @Nullable Setting setting, String origin) {
        if (setting == null) {
            return;
        }
        Setting present = target.putIfAbsent(key, setting);
        if (present != null) {
            problems.add("%s is given twice (%s and %s)".formatted(key, present.origin(), origin));
        }
    }

    private String at(JsonParser parser) {
        return fileName + ":" + Math.max(parser.currentTokenLocation().getLineNr(), 1);
    }
}
