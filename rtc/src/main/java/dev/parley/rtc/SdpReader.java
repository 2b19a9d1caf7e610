package dev.parley.rtc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads session descriptions: tolerant of what it does not know, strict about what a connection will rely on.
///
/// Everything is bounded before it is kept, because descriptions come from strangers.
final class SdpReader {
    static final int LONGEST = 128 * 1024;
    static final int LONGEST_LINE = 4_096;
    static final int MOST_SECTIONS = 32;
    static final int MOST_OF_A_KIND = 128;

    private static final Pattern WORDS = Pattern.compile("[ \t]+");
    private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/=_-]{1,256}");
    private static final Pattern PASSWORD = Pattern.compile("[!-~]{22,256}");
    private static final Pattern HEX_PAIRS = Pattern.compile("[0-9A-F]{2}(:[0-9A-F]{2}){15,63}");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,64}");

    /// The codecs whose number needs no `a=rtpmap` (RFC 3551).
    private static final Map<Integer, Codec> STATIC = Map.of(0, Codec.PCMU, 8, Codec.PCMA);

    private record Attribute(int line, String name, String value) {}

    /// The session's part, or a section's: its `m=` line and the attributes after it.
    private record Block(int line, String media, List<Attribute> attributes, @Nullable Block session) {
        Stream<Attribute> own(String name) {
            return attributes.stream().filter(attribute -> attribute.name.equals(name));
        }

        /// The attributes of a name, or else the session's.
        List<Attribute> all(String name) {
            var own = own(name).limit(MOST_OF_A_KIND + 1L).toList();
            if (own.size() > MOST_OF_A_KIND) {
                throw SdpException.inLine(own.getLast().line,
                        "expected up to " + MOST_OF_A_KIND + " lines of a=" + name + " in a section, found more");
            }
            return own.isEmpty() && session != null ? session.all(name) : own;
        }

        Optional<Attribute> first(String name) {
            return all(name).stream().findFirst();
        }

        String value(String name) {
            return first(name).map(Attribute::value).orElse("");
        }

        boolean has(String name) {
            return first(name).isPresent();
        }
    }

    private long sessionId;
    private long version;
    private final Block session = new Block(1, "", new ArrayList<>(), null);
    private final List<Block> blocks = new ArrayList<>();

    private SdpReader() {}

    static Sdp read(String text) {
        if (text.length() > LONGEST) {
            throw new SdpException("expected a session description of up to " + LONGEST + " characters, found "
                    + text.length());
        }
        var reader = new SdpReader();
        reader.lines(text);
        return reader.description();
    }

    /// What may be shown of a text from a stranger.
    static String excerpt(String text) {
        var shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
        return shown.replaceAll("[^ -~]", "?");
    }

    private void lines(String text) {
        if (!text.stripLeading().startsWith("v=0")) {
            throw new SdpException("expected a session description that begins with v=0, found '" + excerpt(text)
                    + "'");
        }
        if (text.startsWith("v=0\\")) {
            throw new SdpException("expected lines that end with CR LF, found the letters \\r\\n: the text was escaped "
                    + "twice");
        }
        var number = 0;
        for (var line : (Iterable<String>) text.lines()::iterator) {
            number++;
            if (line.length() > LONGEST_LINE) {
                throw SdpException.inLine(number,
                        "expected up to " + LONGEST_LINE + " characters, found " + line.length());
            }
            if (!line.isBlank()) {
                line(number, line.strip());
            }
        }
    }

    private void line(int number, String line) {
        if (line.length() < 2 || line.charAt(1) != '=') {
            throw SdpException.inLine(number, "expected a letter and '=', found '" + excerpt(line) + "'");
        }
        var value = line.substring(2).strip();
        switch (line.charAt(0)) {
            case 'm' -> {
                if (blocks.size() == MOST_SECTIONS) {
                    throw SdpException.inLine(number, "expected up to " + MOST_SECTIONS + " sections, found more");
                }
                blocks.add(new Block(number, value, new ArrayList<>(), session));
            }
            case 'a' -> {
                var colon = value.indexOf(':');
                var name = colon < 0 ? value : value.substring(0, colon);
                var block = blocks.isEmpty() ? session : blocks.getLast();
                block.attributes.add(new Attribute(number, name.strip().toLowerCase(Locale.ROOT),
                        colon < 0 ? "" : value.substring(colon + 1).strip()));
            }
            case 'o' -> origin(value);
            default -> {
                // Names, times, bandwidths and default addresses are nothing a bundled ICE transport goes by.
            }
        }
    }

    /// Numbers only where they are numbers: nothing depends on them, and some write 20 digits.
    private void origin(String value) {
        var words = WORDS.split(value, -1);
        sessionId = words.length > 1 ? lenient(words[1]) : 0;
        version = words.length > 2 ? lenient(words[2]) : 0;
    }

    private static long lenient(String word) {
        try {
            return Long.parseUnsignedLong(word);
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private Sdp description() {
        var bundle = session.all("group")
                .stream()
                .map(group -> WORDS.split(group.value, -1))
                .filter(words -> words[0].equalsIgnoreCase("BUNDLE"))
                .flatMap(words -> Stream.of(words).skip(1))
                .limit(MOST_SECTIONS)
                .toList();
        var sections = blocks.stream().map(this::section).toList();
        var lite = session.has("ice-lite") || blocks.stream().anyMatch(block -> block.has("ice-lite"));
        return new Sdp(sessionId, version, lite, bundle, sections);
    }

    private Sdp.Section section(Block block) {
        var words = WORDS.split(block.media, 4);
        if (words.length < 4) {
            throw SdpException.inLine(block.line,
                    "expected m=KIND PORT PROTOCOL FORMATS, found 'm=" + excerpt(block.media) + "'");
        }
        var mid = block.own("mid").findFirst().map(SdpReader::token).orElse("");
        // A port may carry a count after a slash, and no one knows what to do with it.
        var port = (int) number(block.line, "port", words[1].split("/", 2)[0], 65_535);
        var bundleOnly = block.has("bundle-only");
        var refused = port == 0 && !bundleOnly;
        var protocol = words[2];
        if (words[0].equals("audio") && protocol.endsWith("RTP/SAVPF")) {
            return new Sdp.Audio(mid, port, bundleOnly, protocol, refused ? Sdp.Transport.NONE : transport(block),
                    direction(block), codecs(block, words[3]), extensions(block), block.has("rtcp-mux"),
                    source(block), block.value("msid"));
        }
        var old = protocol.equals(Sdp.Data.OLD_PROTOCOL) && block.value("sctpmap")
                .startsWith(words[3] + " webrtc-data");
        if (words[0].equals("application") && protocol.endsWith("DTLS/SCTP")
                && (old || words[3].equals("webrtc-datachannel"))) {
            var port5000 = old
                    ? (int) number(block.line, "SCTP port", words[3], 65_535)
                    : block.first("sctp-port").map(at -> (int) number(at, 65_535)).orElse(5_000);
            var size = block.first("max-message-size")
                    .map(at -> number(at, Long.MAX_VALUE))
                    .orElse(Sdp.DEFAULT_MAX_MESSAGE_SIZE);
            return new Sdp.Data(mid, port, bundleOnly, protocol, refused ? Sdp.Transport.NONE : transport(block),
                    port5000, size);
        }
        return new Sdp.Other(mid, port, bundleOnly, words[0], protocol, words[3]);
    }

    private static Sdp.Transport transport(Block block) {
        var ufrag = block.first("ice-ufrag");
        var password = block.first("ice-pwd");
        ufrag.ifPresent(at -> require(at, UFRAG.asMatchPredicate(), "1 to 256 letters, digits, '+' and '/'"));
        // Without an excerpt: it is a secret.
        password.filter(at -> !PASSWORD.matcher(at.value).matches()).ifPresent(at -> {
            throw SdpException.inLine(at.line, "a=ice-pwd: expected 22 to 256 characters, found " + at.value.length());
        });
        var trickle = List.of(WORDS.split(block.value("ice-options"), -1)).contains("trickle");
        var setup = block.first("setup")
                .map(at -> Setup.named(at.value)
                        .orElseThrow(() -> unexpected(at, "active, passive or actpass")));
        var candidates = block.all("candidate").stream().map(at -> IceCandidate.parse(at.value)).toList();
        return new Sdp.Transport(ufrag.map(Attribute::value).orElse(""), password.map(Attribute::value).orElse(""),
                trickle, block.all("fingerprint").stream().map(SdpReader::fingerprint).toList(), setup, candidates,
                block.has("end-of-candidates"));
    }

    private static Sdp.Fingerprint fingerprint(Attribute at) {
        var words = WORDS.split(at.value, -1);
        var value = words.length == 2 ? words[1].toUpperCase(Locale.ROOT) : "";
        if (!HEX_PAIRS.matcher(value).matches()) {
            throw unexpected(at, "a hash function and hexadecimal pairs with colons");
        }
        return new Sdp.Fingerprint(words[0].toLowerCase(Locale.ROOT), value);
    }

    private static Direction direction(Block block) {
        return Stream.of(block.attributes, block.session == null ? List.<Attribute>of() : block.session.attributes)
                .flatMap(List::stream)
                .flatMap(at -> Direction.named(at.name).stream())
                .findFirst()
                .orElse(Direction.SENDRECV);
    }

    /// The codecs in the order of the `m=` line, which is that of preference. Numbers nobody explains are left out.
    private static List<Codec> codecs(Block block, String formats) {
        Map<Integer, String> parameters = new HashMap<>();
        for (var at : block.all("fmtp")) {
            var words = WORDS.split(at.value, 2);
            parameters.putIfAbsent((int) number(at.line, at.name, words[0], 127), words.length > 1 ? words[1] : "");
        }
        Map<Integer, Codec> mapped = new HashMap<>(STATIC);
        for (var at : block.all("rtpmap")) {
            var codec = codec(at);
            mapped.put(codec.payloadType(), codec);
        }
        Map<Integer, Codec> codecs = new LinkedHashMap<>();
        for (var format : WORDS.split(formats, -1)) {
            var number = (int) number(block.line, "payload type", format, 127);
            var codec = mapped.get(number);
            if (codec != null) {
                codecs.putIfAbsent(number, new Codec(number, codec.name(), codec.clockRate(), codec.channels(),
                        parameters.getOrDefault(number, "")));
            }
        }
        return List.copyOf(codecs.values());
    }

    private static Codec codec(Attribute at) {
        var words = WORDS.split(at.value, 2);
        var parts = words.length < 2 ? new String[0] : words[1].split("/", 3);
        if (parts.length < 2 || !TOKEN.matcher(parts[0]).matches()) {
            throw unexpected(at, "NUMBER NAME/CLOCK, such as 111 opus/48000/2");
        }
        var clock = (int) number(at.line, "rtpmap", parts[1], 1_000_000);
        var channels = parts.length < 3 ? 1 : (int) number(at.line, "rtpmap", parts[2], 255);
        if (clock == 0 || channels == 0) {
            throw unexpected(at, "a clock and channels above 0");
        }
        return new Codec((int) number(at.line, "rtpmap", words[0], 127), parts[0], clock, channels, "");
    }

    private static List<Sdp.Extension> extensions(Block block) {
        List<Sdp.Extension> extensions = new ArrayList<>();
        for (var at : block.all("extmap")) {
            var words = WORDS.split(at.value, -1);
            if (words.length < 2) {
                throw unexpected(at, "a number and a URI");
            }
            // The number may carry a direction after a slash.
            var id = (int) number(at.line, "extmap", words[0].split("/", 2)[0], 4_351);
            extensions.add(new Sdp.Extension(id, words[1]));
        }
        return extensions;
    }

    private static Optional<Sdp.Source> source(Block block) {
        return block.own("ssrc").findFirst().map(first -> {
            var ssrc = number(first.line, "ssrc", WORDS.split(first.value, -1)[0], 0xFFFF_FFFFL);
            var cname = block.own("ssrc")
                    .map(at -> WORDS.split(at.value, 2))
                    .filter(words -> words.length == 2 && words[1].startsWith("cname:"))
                    .map(words -> words[1].substring("cname:".length()))
                    .findFirst()
                    .orElse("");
            return new Sdp.Source(ssrc, cname);
        });
    }

    private static String token(Attribute at) {
        require(at, TOKEN.asMatchPredicate(), "a word of up to 64 characters");
        return at.value;
    }

    private static void require(Attribute at, Predicate<String> rule, String expected) {
        if (!rule.test(at.value)) {
            throw unexpected(at, expected);
        }
    }

    private static SdpException unexpected(Attribute at, String expected) {
        return SdpException.inLine(at.line,
                "a=" + at.name + ": expected " + expected + ", found '" + excerpt(at.value) + "'");
    }

    private static long number(Attribute at, long most) {
        return number(at.line, at.name, at.value, most);
    }

    private static long number(int line, String what, String word, long most) {
        try {
            var number = Long.parseLong(word);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw SdpException.inLine(line,
                what + ": expected a number from 0 to " + most + ", found '" + excerpt(word) + "'");
    }
}
