// The official agents library for JavaScript, `@openai/agents-realtime`, against the emulator. Whatever it receives has
// to fit the library's own schemas.
import { RealtimeAgent, RealtimeSession, OpenAIRealtimeWebSocket, tool } from "@openai/agents-realtime";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { WebSocket } from "ws";
import { z } from "zod";
import { PIECE_MS, apiKey, baseUrl, expect, run, spoken, within } from "./checks.mjs";

const MODEL = "gpt-realtime";
const socketUrl = `${baseUrl.replace(/^http/, "ws")}/realtime?model=${MODEL}`;
const library = dirname(createRequire(import.meta.url).resolve("@openai/agents-realtime"));
const { parseRealtimeEvent } = await import(pathToFileURL(join(library, "openaiRealtimeEvents.mjs")).href);
const seen = new Map();

class Call {
  constructor(transportOptions = {}, key = apiKey) {
    this.calls = [];
    this.events = [];
    this.listeners = [];
    const payment = tool({
      name: "create_payment_request",
      description: "Creates a payment request.",
      parameters: z.object({ amount: z.number(), currency: z.string() }),
      execute: async (input) => {
        this.calls.push(input);
        return JSON.stringify({ order_id: "1001", amount: "20.00", currency: "EUR" });
      },
    });
    const agent = new RealtimeAgent({ name: "Desk", instructions: "Be brief.", tools: [payment] });
    this.transport = new OpenAIRealtimeWebSocket({ url: socketUrl, ...transportOptions });
    this.session = new RealtimeSession(agent, {
      transport: this.transport,
      model: MODEL,
      config: { audio: { input: { transcription: { model: "gpt-4o-mini-transcribe" } } } },
    });
    this.session.on("error", (error) => this.#happened("problem", error));
    this.session.on("audio_interrupted", () => this.#happened("interrupted", {}));
    this.session.on("audio", (audio) => this.#happened("audio", audio));
    this.transport.on("*", (event) => this.#judge(event));
    this.key = key;
  }

  static async open(transportOptions, key) {
    const call = new Call(transportOptions, key);
    await within(call.session.connect({ apiKey: call.key, url: socketUrl, model: MODEL }), "connecting");
    await call.happens("session.updated");
    return call;
  }

  /** An event the library does not know is handed on as it is; one of ours must not need that. */
  #judge(event) {
    if (event.type.includes(".") || event.type === "error") {
      const read = parseRealtimeEvent({ data: JSON.stringify(event) });
      seen.set(event.type, (seen.get(event.type) ?? 0) + 1);
      if (read.isGeneric) {
        this.#happened("unreadable", event);
      }
    }
    this.#happened(event.type, event);
  }

  #happened(type, event) {
    this.events.push({ type, event });
    this.listeners.splice(0).forEach((listener) => listener());
  }

  happens(type, matching = () => true, from = 0) {
    return within((async () => {
      for (let at = from;; at++) {
        while (at >= this.events.length) {
          await new Promise((resolve) => this.listeners.push(resolve));
        }
        const { type: found, event } = this.events[at];
        if (found === type && matching(event)) {
          return event;
        }
      }
    })(), `waiting for ${type}; so far ${this.events.map((event) => event.type).join(" ")}`);
  }

  say(sentence) {
    for (const piece of spoken(sentence)) {
      this.session.sendAudio(piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.byteLength));
    }
  }

  /** As live as a microphone: the library cancels what runs when it learns of the speech, which must not be the next turn. */
  async sayLive(sentence) {
    for (const piece of spoken(sentence)) {
      this.session.sendAudio(piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.byteLength));
      await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
    }
  }

  close() {
    this.session.close();
    const unreadable = this.events.filter((event) => event.type === "unreadable").map((event) => event.event);
    expect(unreadable.length === 0, "expected events that fit the library's schemas", unreadable);
  }
}

const saidBy = (call) => call.session.history.filter((item) => item.type === "message" && item.role === "assistant")
  .flatMap((item) => item.content.map((part) => part.transcript ?? part.text ?? ""));

await run({
  "text turn": async () => {
    const call = await Call.open();
    call.session.sendMessage("good morning");
    await call.happens("response.done");
    expect(saidBy(call).some((text) => text.startsWith("Hello.")), "expected a greeting", saidBy(call));
    call.close();
  },

  "audio turn with voice activity detection": async () => {
    const call = await Call.open();
    call.say("what can you do for me");
    await call.happens("audio");
    await call.happens("response.done");
    expect(saidBy(call).some((text) => text.startsWith("I can create")), "expected an answer", saidBy(call));
    await call.happens("conversation.item.input_audio_transcription.completed",
      (event) => event.transcript === "what can you do for me");
    call.close();
  },

  "tool call and answer": async () => {
    const call = await Call.open();
    call.say("please create a payment request for twenty euros");
    await call.happens("response.output_audio_transcript.done", (event) => event.transcript.includes("1 0 0 1"));
    expect(call.calls.length === 1 && call.calls[0].amount === 20 && call.calls[0].currency === "EUR",
      "expected one call", call.calls);
    const problems = call.events.filter((event) => event.type === "problem").map((event) => event.event);
    expect(problems.length === 0, "expected no error", problems);
    call.close();
  },

  "interruption": async () => {
    const call = await Call.open();
    call.session.sendMessage("what can you do for me");
    await call.happens("audio");
    await call.sayLive("no stop");
    await call.happens("interrupted");
    await call.happens("response.done", (event) => event.response.status === "cancelled");
    await call.happens("conversation.item.truncated");
    await call.happens("response.done", (event) => event.response.status === "completed");
    call.close();
  },

  "error, and the session goes on": async () => {
    const call = await Call.open();
    call.transport.sendEvent({ type: "session.explode", event_id: "mine" });
    await call.happens("error", (event) => event.error.event_id === "mine");
    call.session.sendMessage("good morning");
    await call.happens("response.done");
    call.close();
  },

  "client secret": async () => {
    const answer = await fetch(`${baseUrl}/realtime/client_secrets`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ session: { type: "realtime", model: MODEL } }),
    });
    const { value } = await answer.json();
    expect(/^ek_[0-9a-f]{32}$/.test(value), "expected an ephemeral key", value);
    const call = await Call.open({}, value);
    call.session.sendMessage("good morning");
    await call.happens("response.done");
    call.close();
  },

  "sub-protocol authentication": async () => {
    let socket;
    const call = await Call.open({
      createWebSocket: async ({ url, apiKey: key }) => {
        socket = new WebSocket(url, ["realtime", `openai-insecure-api-key.${key}`, "openai-agents-sdk.0.20.0"]);
        return socket;
      },
    });
    expect(socket.protocol === "realtime", "expected the one protocol that is no secret", socket.protocol);
    call.close();
    console.log(`validated ${JSON.stringify(Object.fromEntries([...seen].sort()))}`);
  },
});
