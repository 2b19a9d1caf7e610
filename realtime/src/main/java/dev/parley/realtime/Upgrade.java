package dev.parley.realtime;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;

/// The request that turns HTTP/1.1 into a WebSocket, and what its answer must say (RFC 6455 section 4.1). Without
/// sub-protocols and extensions: the service asks for none, and audio in base64 is not worth compressing.
final class Upgrade {
    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t -~]*");

    private final URI address;
    private final Map<String, String> headers;
    private final String key;

    /// @param headers what is asked beside what every upgrade asks
    /// @param nonce 16 bytes that differ each time
    /// @throws IllegalArgumentException if a header cannot be one; the message does not show its value
    Upgrade(URI address, Map<String, String> headers, byte[] nonce) {
        headers.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "expected the header " + name.replaceAll("[^!-~]", "?")
                                + " of printable ASCII characters, found others");
            }
        });
        this.address = address;
        this.headers = Map.copyOf(headers);
        this.key = Base64.getEncoder().encodeToString(nonce);
    }

    byte[] request() {
        var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        var path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        var request = new StringBuilder("GET ").append(path).append(query).append(" HTTP/1.1\r\nHost: ").append(host());
        request.append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: ").append(key).append("\r\nUser-Agent: parley-realtime\r\n");
        headers.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
        return request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// With the port, unless it is the scheme's own.
    private String host() {
        return address.getPort() < 0 || address.getPort() == defaultPort(address)
                ? address.getHost()
                : address.getHost() + ":" + address.getPort();
    }

    static boolean isSecure(URI address) {
        return "wss".equalsIgnoreCase(address.getScheme());
    }

    static int port(URI address) {
        return address.getPort() < 0 ? defaultPort(address) : address.getPort();
    }

    private static int defaultPort(URI address) {
        return isSecure(address) ? 443 : 80;
    }

    /// @throws IOException if the answer, a 101, does not agree to what was asked
    void check(HttpHead answer) throws IOException {
        require(answer.lists("Upgrade", "websocket"), "Upgrade: websocket");
        require(answer.lists("Connection", "Upgrade"), "Connection: Upgrade");
        require(answer.field("Sec-WebSocket-Accept").filter(accepted(key)::equals).isPresent(),
                "the Sec-WebSocket-Accept that fits the key");
        require(answer.field("Sec-WebSocket-Extensions").isEmpty(),
                "no Sec-WebSocket-Extensions, for none was offered");
        require(answer.field("Sec-WebSocket-Protocol").isEmpty(), "no Sec-WebSocket-Protocol, for none was offered");
    }

    private static void require(boolean isThere, String expected) throws IOException {
        if (!isThere) {
            throw new IOException("expected " + expected + " in the answer to the upgrade, found something else");
        }
    }

    static String accepted(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT_GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
