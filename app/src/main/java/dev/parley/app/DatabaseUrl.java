package dev.parley.app;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Reads where a database is from what people write in `DATABASE_URL`.
final class DatabaseUrl {
    private DatabaseUrl() {}

    /// A JDBC URL of `postgres://user:password@host:5432/name`, as hosts of databases give them; anything else as it is.
    static String jdbc(String given) {
        var text = given.strip();
        if (!text.matches("postgres(ql)?://.*")) {
            return text;
        }
        try {
            var uri = URI.create(text);
            if (uri.getHost() == null) {
                throw unreadable();
            }
            var query = new StringBuilder();
            var user = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
            add(query, "user", user[0]);
            add(query, "password", user.length == 2 ? user[1] : "");
            if (uri.getRawQuery() != null) {
                query.append(query.isEmpty() ? "?" : "&").append(uri.getRawQuery());
            }
            return "jdbc:postgresql://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri
                    .getRawPath()
                    + query;
        } catch (IllegalArgumentException _) {
            // Not repeated: it holds a password.
            throw unreadable();
        }
    }

    private static CommandFailed unreadable() {
        return new CommandFailed(
                "expected a DATABASE_URL such as postgres://user:password@host:5432/name, found one that "
                        + "cannot be read; write special characters of the password as %40 and the like");
    }

    private static void add(StringBuilder query, String name, String value) {
        if (!value.isEmpty()) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8),
                            StandardCharsets.UTF_8));
        }
    }
}
