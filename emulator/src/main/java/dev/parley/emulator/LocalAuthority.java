package dev.parley.emulator;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The certificate authority of one user of this machine: made on first use, kept in a file that only they can read.
final class LocalAuthority {
    private static final String NAME = "Parley local authority";
    private static final Duration LIFE = Duration.ofDays(3_650);
    private static final Duration SERVER_LIFE = Duration.ofDays(397);
    private static final Set<String> FILE_SYSTEMS = Path.of("").getFileSystem().supportedFileAttributeViews();

    private LocalAuthority() {}

    /// A certificate for a server on this machine.
    ///
    /// @param host address it listens on, besides the usual names of this machine
    static Certificates.Identity serverIdentity(Certificates.Identity authority, String host, Instant now) {
        var hosts = new ArrayList<>(List.of("localhost", "127.0.0.1", "::1"));
        // An address of all interfaces is nobody's name.
        if (!Set.of("0.0.0.0", "::").contains(host)) {
            hosts.add(host);
        }
        return Certificates.newServer(authority, hosts, now, SERVER_LIFE);
    }

    /// The authority kept in a folder. Emulators that start at once, in one process or in several, get the same one.
    ///
    /// @throws IOException if it can be neither read nor written
    /// @throws GeneralSecurityException if the file is there but holds no authority
    static synchronized Certificates.Identity in(Path folder, Instant now)
            throws IOException, GeneralSecurityException {
        Files.createDirectories(folder, visibleToOwner("rwx------"));
        var file = folder.resolve("authority.pem");
        try (var lock = FileChannel.open(folder.resolve("authority.lock"), Set.of(StandardOpenOption.CREATE,
                StandardOpenOption.WRITE), visibleToOwner("rw-------")); var _ = lock.lock()) {
            if (Files.exists(file)) {
                var kept = read(file);
                if (kept.certificate().getNotAfter().toInstant().isAfter(now.plus(SERVER_LIFE))) {
                    return kept;
                }
            }
            var made = Certificates.newAuthority(NAME, now, LIFE);
            write(file, Certificates.pemWithKey(made));
            return made;
        }
    }

    private static Certificates.Identity read(Path file) throws IOException, GeneralSecurityException {
        var text = Files.readString(file, StandardCharsets.US_ASCII);
        try {
            return Certificates.read(text, text);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(file + ": " + e.getMessage()
                    + ". Remove the file, and a new authority is made", e);
        }
    }

    /// Whole or not at all, and never readable by others, not even for a moment.
    private static void write(Path file, String text) throws IOException {
        var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "authority", ".new", visibleToOwner(
                "rw-------"));
        try {
            Files.writeString(fresh, text, StandardCharsets.US_ASCII);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// Where there are no such permissions, as on Windows, a home folder is its owner's already.
    private static FileAttribute<?>[] visibleToOwner(String permissions) {
        return FILE_SYSTEMS.contains("posix")
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(
                        permissions))}
                : new FileAttribute<?>[0];
    }
}
