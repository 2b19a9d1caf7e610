package dev.parley.realtime;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the service tells an application by webhook, outside of any session. Like [ServerEvent], each keeps the JSON it
/// came as. Comes from a [WebhookVerifier] only, so that whoever holds one knows who sent it.
public sealed interface WebhookEvent {
    /// The event as it is on the wire.
    JsonNode raw();

    /// Name of the event, such as `realtime.call.incoming`.
    default String type() {
        return raw().path("type").asString("");
    }

    /// Somebody calls by SIP, and the service holds the call until it is accepted or rejected.
    ///
    /// @param id the event's id (`evt_...`), which is not the `webhook-id` of its delivery
    /// @param callId what to accept, reject or join (`rtc_...`)
    /// @param sipHeaders the INVITE's headers, in order
    record RealtimeCallIncoming(String id, Instant createdAt, String callId, List<SipHeader> sipHeaders, JsonNode raw)
            implements
                WebhookEvent {
        public RealtimeCallIncoming {
            sipHeaders = List.copyOf(sipHeaders);
        }

        private RealtimeCallIncoming(Fields in, Fields data) {
            this(in.string("id"), Instant.ofEpochSecond(in.seconds("created_at")), data.string("call_id"),
                    data.list("sip_headers", SipHeader::new), in.node());
        }

        /// The first header of this name; case does not matter (RFC 3261 section 7.3.1).
        public Optional<String> header(String name) {
            return sipHeaders.stream().filter(h -> h.name.equalsIgnoreCase(name)).map(SipHeader::value).findFirst();
        }

        /// Without the headers, which say who is calling.
        @Override
        public String toString() {
            return "RealtimeCallIncoming[id=" + id + ", callId=" + callId + "]";
        }
    }

    /// One header of the SIP INVITE.
    record SipHeader(String name, String value) {
        private SipHeader(Fields in) {
            this(in.string("name"), in.string("value", ""));
        }

        /// Without the value, which may be a caller's number.
        @Override
        public String toString() {
            return name;
        }
    }

    /// An event of a type this version does not know, kept as it came.
    record Unknown(JsonNode raw) implements WebhookEvent {
        /// Without the payload.
        @Override
        public String toString() {
            return "Unknown[type=" + type() + "]";
        }
    }

    static WebhookEvent read(Fields in) {
        return "realtime.call.incoming".equals(in.string("type"))
                ? new RealtimeCallIncoming(in, in.object("data"))
                : new Unknown(in.node());
    }
}
