package dev.parley.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// The opening of one WebSocket: TCP, a tunnel through a proxy, TLS, the upgrade. One thread opens and blocks; any may cancel.
final class Dialling {
    private static final Logger LOG = Logger.getLogger(Dialling.class.getName());
    private static final int HTTP_OK = 200;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int PATIENCE_FOR_REASON = 1_000;
    /// What the system may have taken to be sent and has not. Left to itself it takes megabytes, a minute of speech, and what is
    /// said in a hurry waits behind that; this is two seconds, and the rest waits in the session's queue, where it is seen.
    private static final int SEND_BUFFER = 128 * 1_024;

    private final URI address;
    private final Upgrade upgrade;
    private final @Nullable SSLContext ssl;
    private final int maxChars;
    private final Socket tcp = new Socket();

    /// @param address its scheme is `ws` or `wss`
    /// @param ssl the JDK's own default when null
    /// @param maxChars size of the largest message taken
    Dialling(URI address, Upgrade upgrade, @Nullable SSLContext ssl, int maxChars) {
        this.address = address;
        this.upgrade = upgrade;
        this.ssl = ssl;
        this.maxChars = maxChars;
    }

    /// @throws UpgradeRefusedException if the service says no
    /// @throws IOException if nothing answers, what answers is no WebSocket, or this is cancelled
    WebSocket open(@Nullable ProxySelector proxies) throws IOException {
        boolean isOpen = false;
        try {
            tcp.setSendBufferSize(SEND_BUFFER);
            connect(proxy(proxies));
            tcp.setTcpNoDelay(true);
            var channel = Upgrade.isSecure(address) ? secured() : tcp;
            var opened = upgraded(channel);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                cancel();
            }
        }
    }

    void cancel() {
        try {
            tcp.close();
        } catch (IOException e) {
            LOG.log(Level.FINE, "closing a socket failed", e);
        }
    }

    private @Nullable InetSocketAddress proxy(@Nullable ProxySelector proxies) {
        if (proxies == null) {
            return null;
        }
        var http = URI.create((Upgrade.isSecure(address) ? "https://" : "http://") + address.getRawAuthority() + "/");
        var chosen = proxies.select(http).getFirst();
        return chosen.type() == Proxy.Type.HTTP ? (InetSocketAddress) chosen.address() : null;
    }

    private void connect(@Nullable InetSocketAddress proxy) throws IOException {
        int port = Upgrade.port(address);
        if (proxy == null) {
            tcp.connect(new InetSocketAddress(InetAddress.getByName(address.getHost()), port));
            return;
        }
        tcp.connect(new InetSocketAddress(InetAddress.getByName(proxy.getHostString()), proxy.getPort()));
        // RFC 9110 section 9.3.6.
        var target = address.getHost() + ":" + port;
        tcp.getOutputStream()
                .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        var answer = HttpHead.read(tcp.getInputStream(), new byte[MessageReader.BUFFER]);
        if (answer.status() != HTTP_OK || answer.start() != answer.end()) {
            throw new IOException("expected the proxy " + proxy.getHostString() + ":" + proxy.getPort()
                    + " to open a tunnel, found HTTP " + answer.status()
                    + Refusal.ofProxy(answer.status()));
        }
    }

    /// With the server's name told (RFC 6066 section 3) and checked (RFC 9110 section 4.3.4).
    private SSLSocket secured() throws IOException {
        var host = address.getHost().replaceAll("[\\[\\]]", "");
        var sockets = ssl == null ? (SSLSocketFactory) SSLSocketFactory.getDefault() : ssl.getSocketFactory();
        var secured = (SSLSocket) sockets.createSocket(tcp, host, Upgrade.port(address), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private WebSocket upgraded(Socket channel) throws IOException {
        channel.getOutputStream().write(upgrade.request());
        var in = channel.getInputStream();
        var answer = HttpHead.read(in, new byte[MessageReader.BUFFER]);
        if (answer.status() != SWITCHING_PROTOCOLS) {
            channel.setSoTimeout(PATIENCE_FOR_REASON);
            throw new UpgradeRefusedException(answer, reason(answer, in));
        }
        upgrade.check(answer);
        return new TcpWebSocket(tcp, channel,
                new MessageReader(answer.buffer(), answer.start(), answer.end(), maxChars));
    }

    /// A refusal counts, whether or not its reason arrives.
    private static String reason(HttpHead answer, InputStream in) {
        try {
            return HttpBody.read(answer, in);
        } catch (IOException e) {
            LOG.log(Level.FINE, "the reason of a refusal did not arrive", e);
            return "";
        }
    }
}
