package dev.parley.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What another process of this machine holds, as Linux tells it.
///
/// @param pid its number
record OtherProcess(long pid) {
    /// Open files and sockets.
    int descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return (int) all.count();
        }
    }

    int threads() throws IOException {
        return (int) status("Threads");
    }

    /// Bytes of memory that are its own or shared.
    long resident() throws IOException {
        return status("VmRSS") * 1024;
    }

    private long status(String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("expected " + name + " of process " + pid + ", found none"));
        }
    }

    /// Datagrams that the system had no room for since it started, in any socket.
    static long datagramsDropped() throws IOException {
        var lines = Files.readAllLines(Path.of("/proc/net/snmp"))
                .stream()
                .filter(line -> line.startsWith("Udp:"))
                .map(line -> line.split(" "))
                .toList();
        long dropped = 0;
        for (int i = 1; i < lines.getFirst().length; i++) {
            if (lines.getFirst()[i].endsWith("bufErrors")) {
                dropped += Long.parseLong(lines.get(1)[i]);
            }
        }
        return dropped;
    }
}
