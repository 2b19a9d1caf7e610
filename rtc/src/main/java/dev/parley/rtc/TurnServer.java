package dev.parley.rtc;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// A server that relays packets where no other way leads to the other side (TURN, RFC 8656), and what it is told to let us.
/// Prints no credentials.
///
/// @param address   with its name looked up; for TLS, the name is what its certificate must be for
/// @param transport how we speak with it; it speaks UDP with everybody else
/// @param trust     whom to trust for TLS, unless it is those whom Java trusts
public record TurnServer(InetSocketAddress address, Transport transport, String username, String password,
        Optional<SSLContext> trust) {
    /// How we speak with the server: in datagrams, the best for sound; in a stream, through networks that let no datagrams
    /// out; or in an encrypted one, through networks that look into streams.
    public enum Transport {
        UDP, TCP, TLS
    }

    private static final int PORT = 3478;
    private static final int TLS_PORT = 5349;
    /// RFC 7065; browsers take the same texts as `urls` of `iceServers`.
    private static final Pattern URI = Pattern.compile(
            "(turns?):(\\[[0-9A-Fa-f:.]+\\]|[^\\[\\]:/?#@\\s]+)(?::(\\d{1,5}))?(?:\\?transport=(udp|tcp))?");
    /// RFC 8489 section 14.3.
    private static final int LONGEST_USERNAME = 508;

    public TurnServer {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("expected a TURN server whose name was looked up, found " + address);
        }
        if (username.isEmpty() || username.getBytes(StandardCharsets.UTF_8).length > LONGEST_USERNAME) {
            throw new IllegalArgumentException("expected a user name of 1 to " + LONGEST_USERNAME
                    + " bytes for a TURN server");
        }
    }

    /// The server of a URI such as `turn:relay.example:3478?transport=udp` or `turns:relay.example`. Looks the name up,
    /// which may take its time.
    ///
    /// @throws IllegalArgumentException if the text is no such URI, or there is no such name
    public static TurnServer of(String uri, String username, String password) {
        var parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "expected turn:host, turns:host, either with :port and ?transport=udp or "
                            + "?transport=tcp after it, found '" + uri + "'");
        }
        var secure = parts.group(1).equals("turns");
        if (secure && "udp".equals(parts.group(4))) {
            throw new IllegalArgumentException("expected turns over tcp, found '" + uri
                    + "': there is no TURN over DTLS here");
        }
        var standard = secure ? TLS_PORT : PORT;
        var port = parts.group(3) == null ? standard : Integer.parseInt(parts.group(3));
        if (port == 0 || port > 65_535) {
            throw new IllegalArgumentException("expected a port of 1 to 65535, found '" + uri + "'");
        }
        var stream = "tcp".equals(parts.group(4)) ? Transport.TCP : Transport.UDP;
        var transport = secure ? Transport.TLS : stream;
        return new TurnServer(new InetSocketAddress(parts.group(2), port), transport, username, password,
                Optional.empty());
    }

    /// The same server, with others to trust for TLS.
    public TurnServer trusting(SSLContext others) {
        return new TurnServer(address, transport, username, password, Optional.of(others));
    }

    @Override
    public String toString() {
        return "TurnServer[" + address + " over " + transport + "]";
    }
}
