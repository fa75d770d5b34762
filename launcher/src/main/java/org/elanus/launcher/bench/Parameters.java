package org.elanus.launcher.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.error.ElanusException;

/** Parameters as they are written on the command line. */
final class Parameters {

    private Parameters() {}

    /** {@code M=16,efConstruction=200}. */
    static Map<String, String> pairs(String option, String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (!text.isBlank()) {
            for (String pair : text.split(",", -1)) {
                int equals = pair.indexOf('=');
                if (equals <= 0 || equals == pair.length() - 1) {
                    throw ElanusException.invalid("%s is NAME=VALUE,NAME=VALUE,..., not '%s'", option, text);
                }
                String name = pair.substring(0, equals).strip();
                if (pairs.put(name, pair.substring(equals + 1).strip()) != null) {
                    throw ElanusException.invalid("%s names %s twice", option, name);
                }
            }
        }
        return pairs;
    }

    /** {@code ef=10,20,40}: one set of parameters for each value; a single empty one when nothing is given. */
    static List<Map<String, String>> sweep(String option, String text) {
        if (text.isBlank()) {
            return List.of(Map.of());
        }
        int equals = text.indexOf('=');
        String name = equals <= 0 ? "" : text.substring(0, equals).strip();
        List<Map<String, String>> sweep = new ArrayList<>();
        for (String value : text.substring(equals + 1).split(",", -1)) {
            if (name.isEmpty() || value.isBlank() || value.contains("=")) {
                throw ElanusException.invalid("%s is NAME=VALUE,VALUE,..., not '%s'", option, text);
            }
            sweep.add(Map.of(name, value.strip()));
        }
        return sweep;
    }
}
