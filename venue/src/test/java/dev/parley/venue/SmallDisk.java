package dev.parley.venue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A disk that is soon full: a small file system in memory, mounted where only the processes see it that are started on it.
/// It goes with them.
final class SmallDisk {
    /// Said between the process that runs until the disk is full and the one that finds room on it.
    static final String ROOM = "there is room";

    private static final int PATIENCE_SECONDS = 20;
    private static final long ROOM_BYTES = 512 * 1024;
    private static final String MOUNT = "mount -t tmpfs -o size=\"$SIZE\" none \"$DISK\"";
    /// Puts the file there beside another that takes up room, runs the program until it gives up, takes the other file away,
    /// runs the program once more, and brings the file back.
    private static final String FILL = MOUNT + """
             && cp "$FILE" "$DISK"/ && head -c "$ROOM" /dev/zero > "$DISK"/other || exit 3
            "$@" 1
            rm "$DISK"/other
            echo there is room
            "$@" 1000000
            cp "$DISK/$(basename "$FILE")" "$FILE"
            """;

    private final Path folder;
    private final List<String> apart;

    private SmallDisk(Path folder, List<String> apart) {
        this.folder = folder;
        this.apart = apart;
    }

    /// To be mounted at a folder; empty where this user may mount nothing, as in most containers.
    static Optional<SmallDisk> in(Path folder) throws InterruptedException {
        for (var apart : List.of(List.of("unshare", "-m"), List.of("unshare", "-rm"))) {
            var disk = new SmallDisk(folder, apart);
            if (disk.canBeMounted()) {
                return Optional.of(disk);
            }
        }
        return Optional.empty();
    }

    Path folder() {
        return folder;
    }

    private boolean canBeMounted() throws InterruptedException {
        try {
            var process = shell(MOUNT, List.of(), 64 * 1024).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            // There is no unshare: this is no Linux.
            return false;
        }
    }

    /// Runs a [TillProcess] on the disk until that is full, makes room, and runs it until it is full again.
    ///
    /// @param file is copied there, and replaced by what it is then
    /// @param command of a till that begins with the first call, whose number is last
    ProcessBuilder fill(Path file, List<String> command) throws IOException {
        var builder = shell(FILL, command.subList(0, command.size() - 1), Files.size(file) + 2 * ROOM_BYTES);
        builder.environment().put("FILE", file.toString());
        builder.environment().put("ROOM", Long.toString(ROOM_BYTES));
        return builder;
    }

    private ProcessBuilder shell(String script, List<String> arguments, long size) {
        var command = new ArrayList<>(apart);
        command.addAll(List.of("sh", "-c", script, "sh"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().put("DISK", folder.toString());
        builder.environment().put("SIZE", Long.toString(size));
        return builder;
    }
}
