package dev.parley.venue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;

/// Where a database lives: its JDBC URL, how to name it in a message, and what its failures mean.
///
/// @param url with our settings for H2 added
/// @param name the file, or the URL as it was given, without anything that could hold a password
record DatabaseAddress(String url, String name) {
    private static final String H2 = "jdbc:h2:";
    private static final String H2_FILE = "jdbc:h2:file:";
    private static final String SUFFIX = ".mv.db";

    /// The dialect shared with PostgreSQL; no closing behind our back on exit; statements parsed once a connection, and no
    /// memory of their results, which changes make useless at once; no trace file, which would hold the values of failed
    /// statements; conditions left as they are, since H2 2.4.240 makes sets of them that fail in a check once the connection
    /// that made it is closed.
    private static final String H2_SETTINGS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=5000;TRACE_LEVEL_FILE=0"
            + ";QUERY_CACHE_SIZE=256;OPTIMIZE_REUSE_RESULTS=FALSE;OPTIMIZE_OR=FALSE";

    static DatabaseAddress file(Path file) {
        var path = file.toAbsolutePath().normalize().toString();
        if (path.contains(";")) {
            throw new DatabaseException("expected a database file without ; in its path, found " + path);
        }
        var base = path.endsWith(SUFFIX) ? path.substring(0, path.length() - SUFFIX.length()) : path;
        return new DatabaseAddress(H2_FILE + base + H2_SETTINGS, base + SUFFIX);
    }

    static DatabaseAddress memory() {
        return new DatabaseAddress(H2 + "mem:" + UUID.randomUUID() + H2_SETTINGS, "memory");
    }

    static DatabaseAddress url(String url) {
        if (!url.startsWith("jdbc:")) {
            throw new DatabaseException("expected a JDBC URL such as jdbc:h2:file:./data/ledger, found one that starts "
                    + "with \"" + url.substring(0, Math.min(url.length(), 8)) + "\"");
        }
        // A home folder, written ~, is H2's to find.
        if (url.startsWith(H2_FILE) && !url.startsWith(H2_FILE + "~") && !url.contains(";")) {
            return file(Path.of(url.substring(H2_FILE.length())));
        }
        if (url.equals("jdbc:h2:mem:") || url.startsWith("jdbc:h2:mem:;")) {
            throw new DatabaseException("expected a name in " + url
                    + ", since each connection to a nameless H2 database "
                    + "gets its own; use jdbc:h2:mem:NAME");
        }
        requireOurs(url);
        var name = url.split("[?;]", 2)[0].replaceAll("//[^/@]*@", "//");
        return new DatabaseAddress(url.startsWith(H2) ? url + missingSettings(url) : url, name);
    }

    /// An H2 database is written by this process, which is alone at it, when [H2File] says so.
    private static void requireOurs(String url) {
        var asked = url.toLowerCase(Locale.ROOT);
        if (!asked.startsWith(H2)) {
            return;
        }
        var settings = asked.substring(H2.length());
        if (settings.startsWith("tcp:") || settings.startsWith("ssl:") || settings.contains(";auto_server=true")) {
            throw new DatabaseException("expected an H2 database that this process has to itself, found the URL of a"
                    + " server; use PostgreSQL where several processes share a database");
        }
        if (settings.contains(";write_delay=")) {
            throw new DatabaseException("expected an H2 URL without WRITE_DELAY, found one with it; leave it out, every"
                    + " transaction is on disk before it is answered");
        }
    }

    boolean isH2File() {
        return isH2() && !url.startsWith(H2 + "mem:");
    }

    boolean isH2() {
        return url.startsWith(H2);
    }

    /// What `failure` to open means, and what to do about it. Says nothing of what the driver said: that may quote the
    /// URL with its password.
    DatabaseException explain(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        if (String.valueOf(failure.getMessage()).startsWith("No suitable driver")) {
            return new DatabaseException("expected a JDBC driver for the database " + name
                    + ", found none; put it on the class path");
        }
        var known = isH2() ? explainH2(failure.getErrorCode()) : "";
        return new DatabaseException(!known.isEmpty()
                ? known
                : "expected to open the database " + name
                        + ", found database error " + state + "/" + failure.getErrorCode() + "; " + advice(state),
                failure);
    }

    private static String advice(String state) {
        return state.startsWith("28")
                ? "check its user and password"
                : state.startsWith("08") ? "check that the database runs at that address" : "see the cause";
    }

    private String explainH2(int code) {
        return switch (code) {
            case 90020 -> "expected the database " + name + " to be free, found it in use by another process; "
                    + "stop that process, or choose another file";
            case 90030, 90048 -> "expected the database " + name
                    + " to be an intact H2 2 database, found it damaged or in "
                    + "another format; restore it from a backup, or move it away to start a new one";
            case 90028, 90031, 90062 -> "expected the database " + name
                    + " to be readable and writable, found that it is "
                    + "not; check that its folder exists or can be made, its rights, and the space on the disk";
            default -> "";
        };
    }

    private static String missingSettings(String url) {
        var given = url.toUpperCase(Locale.ROOT);
        var settings = new StringBuilder();
        for (var setting : H2_SETTINGS.substring(1).split(";", -1)) {
            var key = setting.substring(0, setting.indexOf('=') + 1);
            if (!given.contains(";" + key)) {
                settings.append(';').append(setting);
            }
        }
        return settings.toString();
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.getClass().getSimpleName());
    }
}
