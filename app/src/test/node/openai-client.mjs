// The official client library for JavaScript, `openai`, against the emulator. It speaks wss only.
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { WebSocket } from "ws";
import { apiKey, baseUrl, expect, run, spoken, within } from "./checks.mjs";

const MODEL = "gpt-realtime";
const client = new OpenAI({ apiKey, baseURL: baseUrl });

/** A connection that remembers every event and can be asked for the next one of a kind. */
class Call {
  constructor(socket) {
    this.socket = socket;
    this.events = [];
    this.read = 0;
    this.waiting = null;
    socket.on("event", (event) => {
      this.events.push(event);
      this.waiting?.();
    });
    // Errors of the service arrive as events too; those of the connection fail the check that waits.
    socket.on("error", (error) => {
      if (!error.error) {
        this.failure = error;
        this.waiting?.();
      }
    });
  }

  static async open(options = {}, by = client) {
    const call = new Call(new OpenAIRealtimeWS({ model: MODEL, ...options }, by));
    await call.next("session.created");
    return call;
  }

  send(event) {
    this.socket.send(event);
  }

  say(sentence) {
    for (const piece of spoken(sentence)) {
      this.send({ type: "input_audio_buffer.append", audio: piece.toString("base64") });
    }
  }

  write(text) {
    this.send({
      type: "conversation.item.create",
      item: { type: "message", role: "user", content: [{ type: "input_text", text }] },
    });
  }

  async configure(session) {
    this.send({ type: "session.update", session: { type: "realtime", ...session } });
    return (await this.next("session.updated")).session;
  }

  /** The next event of this type that was not yet asked for; those before it are passed over. */
  next(type, matching = () => true) {
    return within(this.#next(type, matching), `waiting for ${type}; so far ${this.types()}`);
  }

  async #next(type, matching) {
    for (;;) {
      while (this.read < this.events.length) {
        const event = this.events[this.read++];
        if (event.type === type && matching(event)) {
          return event;
        }
      }
      if (this.failure) {
        throw this.failure;
      }
      await new Promise((resolve) => (this.waiting = resolve));
    }
  }

  types() {
    return this.events.map((event) => event.type).join(" ");
  }

  close() {
    this.socket.close();
  }
}

const PAYMENT_TOOL = {
  type: "function",
  name: "create_payment_request",
  description: "Creates a payment request.",
  parameters: {
    type: "object",
    properties: { amount: { type: "number" }, currency: { type: "string" } },
    required: ["amount", "currency"],
  },
};
const LISTENING = { audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } } };

await run({
  "text turn": async () => {
    const call = await Call.open();
    const session = await call.configure({ output_modalities: ["text"] });
    expect(session.output_modalities[0] === "text", "expected the session to write", session);
    call.write("good morning");
    call.send({ type: "response.create" });
    const done = await call.next("response.output_text.done");
    expect(done.text.startsWith("Hello."), "expected a greeting", done.text);
    const response = (await call.next("response.done")).response;
    expect(response.status === "completed", "expected a completed response", response);
    expect(response.usage.total_tokens === response.usage.input_tokens + response.usage.output_tokens,
      "expected usage that adds up", response.usage);
    call.close();
  },

  "audio turn with voice activity detection": async () => {
    const call = await Call.open();
    await call.configure(LISTENING);
    call.say("what can you do for me");
    await call.next("input_audio_buffer.speech_started");
    await call.next("input_audio_buffer.speech_stopped");
    await call.next("input_audio_buffer.committed");
    const response = (await call.next("response.done")).response;
    expect(response.output[0].content[0].transcript.startsWith("I can create"), "expected an answer", response);
    const sound = call.events.filter((event) => event.type === "response.output_audio.delta")
      .reduce((bytes, event) => bytes + Buffer.from(event.delta, "base64").length, 0);
    expect(sound > 48_000 * 3, "expected seconds of sound", sound);
    const heard = call.events.find((event) =>
      event.type === "conversation.item.input_audio_transcription.completed");
    expect(heard?.transcript === "what can you do for me", "expected the caller's words", heard);
    call.close();
  },

  "tool call and answer": async () => {
    const call = await Call.open();
    await call.configure({ ...LISTENING, tools: [PAYMENT_TOOL] });
    call.say("please create a payment request for twenty euros");
    const wanted = await call.next("response.function_call_arguments.done");
    expect(wanted.name === "create_payment_request", "expected the tool's name", wanted);
    expect(JSON.parse(wanted.arguments).amount === 20, "expected the amount", wanted.arguments);
    await call.next("response.done");
    call.send({
      type: "conversation.item.create",
      item: {
        type: "function_call_output", call_id: wanted.call_id,
        output: JSON.stringify({ order_id: "1001", amount: "20.00", currency: "EUR" }),
      },
    });
    call.send({ type: "response.create" });
    const said = await call.next("response.output_audio_transcript.done");
    expect(said.transcript.includes("1 0 0 1"), "expected the order number", said.transcript);
    call.close();
  },

  "interruption": async () => {
    const call = await Call.open();
    await call.configure(LISTENING);
    call.write("what can you do for me");
    call.send({ type: "response.create" });
    const first = await call.next("response.output_audio.delta");
    call.say("no stop");
    await call.next("input_audio_buffer.speech_started");
    const response = (await call.next("response.done")).response;
    expect(response.status === "cancelled" && response.status_details.reason === "turn_detected",
      "expected a response that the caller cut off", response);
    call.send({ type: "conversation.item.truncate", item_id: first.item_id, content_index: 0, audio_end_ms: 50 });
    const cut = await call.next("conversation.item.truncated");
    expect(cut.audio_end_ms === 50, "expected a cut after 50 ms", cut);
    const next = (await call.next("response.done")).response;
    expect(next.status === "completed", "expected an answer to the interruption", next);
    call.close();
  },

  "error, and the session goes on": async () => {
    const call = await Call.open();
    call.send({ type: "session.explode", event_id: "mine" });
    const refused = await call.next("error");
    expect(refused.error.code === "invalid_value" && refused.error.event_id === "mine",
      "expected an error about our event", refused.error);
    call.send({ type: "session.update", session: { type: "realtime", instructons: "x" } });
    const unknown = await call.next("error");
    expect(unknown.error.param === "session.instructons", "expected the misspelled member", unknown.error);
    await call.configure({ output_modalities: ["text"] });
    call.close();
  },

  "client secret": async () => {
    const secret = await client.realtime.clientSecrets.create({
      expires_after: { anchor: "created_at", seconds: 60 },
      session: { type: "realtime", model: MODEL, instructions: "Be brief.", output_modalities: ["text"] },
    });
    expect(/^ek_[0-9a-f]{32}$/.test(secret.value), "expected an ephemeral key", secret.value);
    expect(secret.session.instructions === "Be brief.", "expected the session of the secret", secret.session);
    const call = await Call.open({}, new OpenAI({ apiKey: secret.value, baseURL: baseUrl }));
    expect(call.events[0].session.instructions === "Be brief.", "expected the session that comes with the secret",
      call.events[0]);
    call.close();
    const refused = await client.realtime.clientSecrets.create({ session: { type: "realtime", modle: "x" } })
      .then(() => null, (error) => error);
    expect(refused?.status === 400 && refused.param === "session.modle", "expected a refusal by name",
      { status: refused?.status, param: refused?.param });
  },

  "sub-protocol authentication": async () => {
    globalThis.WebSocket = WebSocket;
    const browser = new OpenAI({ apiKey, baseURL: baseUrl, dangerouslyAllowBrowser: true });
    const call = new Call(new OpenAIRealtimeWebSocket({ model: MODEL, dangerouslyAllowBrowser: true }, browser));
    await call.next("session.created");
    expect(call.socket.socket.protocol === "realtime", "expected the one protocol that is no secret",
      call.socket.socket.protocol);
    call.close();
  },

  "transcription session": async () => {
    const call = new Call(new OpenAIRealtimeWS({ intent: "transcription" }, client));
    const created = await call.next("session.created");
    expect(created.session.type === "transcription", "expected a transcription session", created.session);
    call.send({
      type: "session.update",
      session: { type: "transcription", audio: { input: { transcription: { model: "gpt-4o-transcribe" } } } },
    });
    await call.next("session.updated");
    call.say("what can you do for me");
    const heard = await call.next("conversation.item.input_audio_transcription.completed");
    expect(heard.transcript === "what can you do for me", "expected the caller's words", heard);
    expect(!call.types().includes("response."), "expected no response", call.types());
    call.close();
  },
});
