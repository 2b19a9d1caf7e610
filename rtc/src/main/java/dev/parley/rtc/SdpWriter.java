package dev.parley.rtc;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Comparator;
import java.util.stream.Collectors;

/// Writes session descriptions in the order of RFC 8866 and with CR LF.
///
/// The default address and port of a section are those of a candidate where there is one: WhatsApp looks at them.
final class SdpWriter {
    private final StringBuilder out = new StringBuilder(2_048);

    private SdpWriter() {}

    static String write(Sdp sdp) {
        var writer = new SdpWriter();
        writer.session(sdp);
        sdp.sections().forEach(writer::section);
        return writer.out.toString();
    }

    private void session(Sdp sdp) {
        line("v=0");
        line("o=- " + Long.toUnsignedString(sdp.sessionId()) + " " + sdp.version() + " IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        if (!sdp.bundle().isEmpty()) {
            line("a=group:BUNDLE " + String.join(" ", sdp.bundle()));
        }
        if (sdp.iceLite()) {
            line("a=ice-lite");
        }
        if (sdp.audio().filter(audio -> !audio.msid().isEmpty()).isPresent()) {
            line("a=msid-semantic:WMS *");
        }
    }

    private void section(Sdp.Section section) {
        switch (section) {
            case Sdp.Audio audio -> audio(audio);
            case Sdp.Data data -> data(data);
            case Sdp.Other other -> {
                line("m=" + other.kind() + " " + other.port() + " " + other.protocol() + " " + other.formats());
                line("c=IN IP4 0.0.0.0");
                mid(other);
            }
        }
    }

    private void audio(Sdp.Audio audio) {
        var numbers = audio.codecs()
                .stream()
                .map(codec -> Integer.toString(codec.payloadType()))
                .collect(Collectors.joining(" "));
        media("audio", audio.port(), audio.protocol(), numbers.isEmpty() ? "0" : numbers, audio.transport());
        mid(audio);
        if (audio.refused()) {
            return;
        }
        line("a=rtcp:9 IN IP4 0.0.0.0");
        transport(audio.transport());
        audio.extensions().forEach(extension -> line("a=extmap:" + extension.id() + " " + extension.uri()));
        line("a=" + audio.direction().attribute());
        if (!audio.msid().isEmpty()) {
            line("a=msid:" + audio.msid());
        }
        if (audio.rtcpMux()) {
            line("a=rtcp-mux");
        }
        for (var codec : audio.codecs()) {
            var channels = codec.channels() == 1 ? "" : "/" + codec.channels();
            line("a=rtpmap:" + codec.payloadType() + " " + codec.name() + "/" + codec.clockRate() + channels);
            if (!codec.parameters().isEmpty()) {
                line("a=fmtp:" + codec.payloadType() + " " + codec.parameters());
            }
        }
        line("a=ptime:20");
        audio.source().ifPresent(source -> {
            line("a=ssrc:" + source.ssrc() + " cname:" + source.cname());
            if (!audio.msid().isEmpty()) {
                line("a=ssrc:" + source.ssrc() + " msid:" + audio.msid());
            }
        });
    }

    private void data(Sdp.Data data) {
        var old = data.protocol().equals(Sdp.Data.OLD_PROTOCOL);
        var format = old ? Integer.toString(data.sctpPort()) : "webrtc-datachannel";
        media("application", data.port(), data.protocol(), format, data.transport());
        mid(data);
        if (data.refused()) {
            return;
        }
        transport(data.transport());
        line(old ? "a=sctpmap:" + data.sctpPort() + " webrtc-datachannel 65535" : "a=sctp-port:" + data.sctpPort());
        line("a=max-message-size:" + data.maxMessageSize());
    }

    private void media(String kind, int port, String protocol, String formats, Sdp.Transport transport) {
        var address = transport.candidates()
                .stream()
                .filter(IceCandidate::isUsable)
                .max(Comparator.<IceCandidate, Boolean>comparing(one -> one.socketAddress()
                        .filter(at -> at.getAddress() instanceof Inet4Address)
                        .isPresent())
                        .thenComparing(one -> one.type() == IceCandidate.Type.SERVER_REFLEXIVE)
                        .thenComparingLong(IceCandidate::priority))
                .flatMap(IceCandidate::socketAddress);
        line("m=" + kind + " " + (port == 0 ? 0 : address.map(at -> at.getPort()).orElse(port)) + " " + protocol + " "
                + formats);
        var family = address.filter(at -> at.getAddress() instanceof Inet6Address).isPresent() ? "IP6" : "IP4";
        line("c=IN " + family + " " + address.map(at -> IceCandidate.text(at.getAddress())).orElse("0.0.0.0"));
    }

    private void transport(Sdp.Transport transport) {
        transport.candidates().forEach(candidate -> line("a=" + candidate.line()));
        if (transport.endOfCandidates()) {
            line("a=end-of-candidates");
        }
        line("a=ice-ufrag:" + transport.ufrag());
        line("a=ice-pwd:" + transport.password());
        if (transport.trickle()) {
            line("a=ice-options:trickle");
        }
        transport.fingerprints().forEach(one -> line("a=fingerprint:" + one.algorithm() + " " + one.value()));
        transport.setup().ifPresent(setup -> line("a=setup:" + setup.value()));
    }

    private void mid(Sdp.Section section) {
        if (!section.mid().isEmpty()) {
            line("a=mid:" + section.mid());
        }
        if (section.bundleOnly()) {
            line("a=bundle-only");
        }
    }

    private void line(String line) {
        out.append(line).append("\r\n");
    }
}
