package dev.parley.rtc;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// An address where a peer may be reached: the value of `a=candidate` (RFC 8839 section 5.1).
///
/// Reading looks up no names: an address that is no literal, such as the `*.local` names of browsers, is kept as it is and
/// has no [#socketAddress()].
///
/// @param foundation tells candidates of one kind and base from others
/// @param component  1 is RTP, and everything where RTCP is multiplexed
/// @param transport  `udp` or `tcp`, in lower case
/// @param address    a literal, or a name
/// @param related    where a reflexive or relayed candidate comes from
record IceCandidate(String foundation, int component, String transport, long priority, String address, int port,
        Type type,
        Optional<InetSocketAddress> related) {
    /// What a candidate is; the number is the type preference of RFC 8445 section 5.1.2.2.
    enum Type {
        HOST("host", 126), PEER_REFLEXIVE("prflx", 110), SERVER_REFLEXIVE("srflx", 100), RELAYED("relay", 0);

        private final String word;
        private final int preference;

        Type(String word, int preference) {
            this.word = word;
            this.preference = preference;
        }
    }

    static final int LONGEST = 1_024;
    private static final Pattern SPACE = Pattern.compile(" +");
    private static final long MOST_PRIORITY = 0xFFFF_FFFFL;

    /// A candidate of ours.
    ///
    /// @param localPreference 0 to 65,535, more is better (RFC 8445 section 5.1.2.1)
    static IceCandidate of(Type type, InetSocketAddress at, int localPreference, Optional<InetSocketAddress> related) {
        var family = at.getAddress() instanceof Inet6Address ? 6 : 4;
        return new IceCandidate(type.word + family, 1, "udp",
                priority(type, localPreference), text(at.getAddress()), at.getPort(), type, related);
    }

    /// The priority of a candidate of component 1.
    static long priority(Type type, int localPreference) {
        return ((long) type.preference << 24) + ((long) localPreference << 8) + 255;
    }

    /// Reads the value of the attribute, with or without `a=` or `candidate:` before it.
    ///
    /// @throws SdpException if it is none
    static IceCandidate parse(String text) {
        if (text.length() > LONGEST) {
            throw new SdpException("expected a candidate of up to " + LONGEST + " characters, found " + text.length());
        }
        var value = text.strip();
        value = value.startsWith("a=") ? value.substring(2) : value;
        value = value.startsWith("candidate:") ? value.substring("candidate:".length()) : value;
        var words = SPACE.split(value, -1);
        if (words.length < 8 || !words[6].equals("typ")) {
            throw malformed("foundation component transport priority address port typ type", value);
        }
        var related = Optional.<InetSocketAddress>empty();
        for (var i = 8; i + 3 < words.length; i += 2) {
            if (words[i].equals("raddr") && words[i + 2].equals("rport")) {
                var port = (int) number(words[i + 3], 65_535, value);
                related = literal(words[i + 1]).map(where -> new InetSocketAddress(where, port));
            }
        }
        return new IceCandidate(words[0], (int) number(words[1], 256, value), words[2].toLowerCase(Locale.ROOT),
                number(words[3], MOST_PRIORITY, value), words[4], (int) number(words[5], 65_535, value),
                type(words[7], value), related);
    }

    /// The attribute's value, with `candidate:` before it, as browsers put it into their events.
    String line() {
        var text = "candidate:" + foundation + " " + component + " " + transport + " " + priority + " " + address + " "
                + port + " typ " + type.word;
        return related.map(from -> text + " raddr " + text(from.getAddress()) + " rport " + from.getPort())
                .orElse(text);
    }

    /// Where packets go, unless the address is a name.
    Optional<InetSocketAddress> socketAddress() {
        return literal(address).map(where -> new InetSocketAddress(where, port));
    }

    /// Whether a connection over one UDP component can send to it.
    boolean isUsable() {
        return component == 1 && transport.equals("udp") && port != 0 && socketAddress()
                .filter(at -> !at.getAddress().isAnyLocalAddress() && !at.getAddress().isMulticastAddress())
                .isPresent();
    }

    static String text(InetAddress address) {
        var text = address.getHostAddress();
        var zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Type type(String word, String value) {
        for (var one : Type.values()) {
            if (one.word.equals(word)) {
                return one;
            }
        }
        throw malformed("a type that is host, srflx, prflx or relay", value);
    }

    private static long number(String word, long most, String value) {
        try {
            var number = Long.parseLong(word);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw malformed("numbers where numbers belong, up to " + most, value);
    }

    private static SdpException malformed(String expected, String found) {
        return new SdpException("candidate: expected " + expected + ", found '" + SdpReader.excerpt(found) + "'");
    }
}
