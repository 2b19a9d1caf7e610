package dev.parley.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Settings by environment: the variables of this process, above those of a file `.env.local`, above those of `.env`.
final class DotEnv {
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("(?:\"([^\"]*)\"|'([^']*)')\\s*(?:#.*)?");

    private DotEnv() {}

    /// The environment of this process with the files of the current folder.
    static Map<String, String> here() throws IOException {
        return in(Path.of(""), System.getenv());
    }

    /// @param variables of the process
    static Map<String, String> in(Path folder, Map<String, String> variables) throws IOException {
        var all = new HashMap<String, String>();
        for (var name : new String[]{".env", ".env.local"}) {
            var file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                all.putAll(read(name, Files.readString(file, StandardCharsets.UTF_8)));
            }
        }
        all.putAll(variables);
        return Map.copyOf(all);
    }

    /// `NAME=value` lines; `#` begins a comment; values may stand in quotes.
    static Map<String, String> read(String file, String text) {
        var all = new HashMap<String, String>();
        var number = 0;
        for (var line : text.lines().map(String::strip).toList()) {
            number++;
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var matched = LINE.matcher(line);
            if (!matched.matches()) {
                // The line itself may be a secret.
                throw new CommandFailed("expected NAME=value in line " + number + " of " + file
                        + ", found something else");
            }
            all.put(matched.group(1), value(matched.group(2)));
        }
        return all;
    }

    private static String value(String text) {
        var quoted = QUOTED.matcher(text);
        if (quoted.matches()) {
            return quoted.group(1) == null ? quoted.group(2) : quoted.group(1);
        }
        return text.replaceFirst("\\s+#.*$", "").strip();
    }
}
