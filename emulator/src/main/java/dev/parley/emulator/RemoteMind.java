package dev.parley.emulator;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// A mind behind `POST /chat/completions` of OpenAI's HTTP interface, streaming: each sentence is said as soon as it is
/// complete, functions are called when the model has finished. A server that does not stream is understood too.
final class RemoteMind implements Mind {
    private static final String PATH = "/chat/completions";
    private static final int LARGEST = 8 << 20;
    private static final int MOST_CALLS = 128;

    private final RemoteService service;

    RemoteMind(RemoteService service) {
        this.service = service;
    }

    @Override
    public void respond(Situation situation, Consumer<Thought> out) throws InterruptedException {
        try (var answer = service.postJson(PATH, ChatRequest.of(service.model(), situation))) {
            var completion = new Completion(out);
            if (answer.isEventStream()) {
                read(answer.body(), completion);
            } else {
                var choice = choice(RemoteService.json(answer.body()::what, answer.body().whole(LARGEST)));
                if (!choice.path("message").isObject()) {
                    throw unexpected("a message");
                }
                completion.add(choice.path("message"));
            }
            completion.end();
        }
    }

    private static void read(RemoteBody body, Completion completion) throws InterruptedException {
        var stream = new EventStream();
        boolean finished = false;
        long bytes = 0;
        for (var piece = body.next(); piece.isPresent(); piece = body.next()) {
            bytes += piece.get().length;
            if (bytes > LARGEST) {
                throw unexpected("at most " + LARGEST + " bytes");
            }
            for (var event : stream.add(piece.get())) {
                if (event.equals("[DONE]")) {
                    return;
                }
                finished |= chunk(body, event, completion);
            }
        }
        for (var event : stream.end()) {
            finished |= event.equals("[DONE]") || chunk(body, event, completion);
        }
        if (!finished) {
            throw unexpected("a finish_reason before the end of the stream");
        }
    }

    /// Whether the model has finished with this.
    private static boolean chunk(RemoteBody body, String event, Completion completion) {
        var choice = choice(RemoteService.json(body::what, event.getBytes(StandardCharsets.UTF_8)));
        completion.add(choice.path("delta"));
        return choice.path("finish_reason").isString();
    }

    /// The first choice; missing in a chunk that only tells the usage.
    private static JsonNode choice(JsonNode json) {
        if (json.has("error") && !json.path("error").isNull()) {
            throw unexpected("no error");
        }
        return json.path("choices").path(0);
    }

    private static FacultyException unexpected(String expected) {
        return new FacultyException("expected " + expected + " in the answer to POST " + PATH
                + ", found something else",
                null);
    }

    /// What has come of an answer so far.
    private static final class Completion {
        private final Consumer<Thought> out;
        private final Sentences sentences = new Sentences();
        private final TreeMap<Integer, Call> calls = new TreeMap<>();

        private static final class Call {
            private final StringBuilder name = new StringBuilder();
            private final StringBuilder arguments = new StringBuilder();
        }

        Completion(Consumer<Thought> out) {
            this.out = out;
        }

        /// A part of a message, or all of it.
        void add(JsonNode message) {
            sentences.add(message.path("content").asString("")).forEach(this::say);
            int position = 0;
            for (var part : message.path("tool_calls")) {
                int index = part.path("index").asInt(position++);
                if (index < 0 || index >= MOST_CALLS) {
                    throw unexpected("at most " + MOST_CALLS + " calls");
                }
                var call = calls.computeIfAbsent(index, _ -> new Call());
                call.name.append(part.path("function").path("name").asString(""));
                call.arguments.append(part.path("function").path("arguments").asString(""));
            }
        }

        void end() {
            sentences.rest().ifPresent(this::say);
            for (var call : calls.values()) {
                if (call.name.isEmpty()) {
                    throw unexpected("a name in each call");
                }
                out.accept(new Thought.CallFunction(call.name.toString(), call.arguments.isEmpty()
                        ? "{}"
                        : call.arguments.toString()));
            }
        }

        private void say(String sentence) {
            out.accept(new Thought.Say(sentence));
        }
    }
}
