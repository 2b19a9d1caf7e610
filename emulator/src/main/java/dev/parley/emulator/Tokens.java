package dev.parley.emulator;

import dev.parley.realtime.Content;
import dev.parley.realtime.Item;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What something costs the model: text by its length, sound by its duration, a picture by how closely it is looked at.
record Tokens(long text, long audio, long image) {
    static final Tokens NONE = new Tokens(0, 0, 0);

    private static final int CHARS = 4;
    private static final long CALLER_MILLIS = 100;
    private static final long MODEL_MILLIS = 50;
    private static final long PICTURE = 765;
    private static final long GLANCE = 85;

    /// About four characters make a token.
    static Tokens ofText(long chars) {
        return new Tokens((chars + CHARS - 1) / CHARS, 0, 0);
    }

    /// What the caller says costs a token for 100 ms.
    static Tokens heard(Duration sound) {
        return new Tokens(0, sound.toMillis() / CALLER_MILLIS, 0);
    }

    /// What the model says costs a token for 50 ms.
    static Tokens spoken(Duration sound) {
        return new Tokens(0, sound.toMillis() / MODEL_MILLIS, 0);
    }

    /// @param sound length of the item's sound, if it has any
    static Tokens of(Item item, Duration sound) {
        return switch (item) {
            case Item.Message message -> of(message, sound);
            case Item.FunctionCall call -> ofText(call.name().length() + call.arguments().length());
            case Item.FunctionCallOutput output -> ofText(output.output().length());
            case Item.McpListTools list -> ofText(list.raw().path("tools").toString().length());
            case Item.McpCall call -> ofText(call.name().length() + call.arguments().length());
            case Item.McpApprovalRequest request -> ofText(request.name().length() + request.arguments().length());
            case Item.McpApprovalResponse _ -> ofText(1);
            case Item.Reference _ -> NONE;
            case Item.Unknown _ -> NONE;
        };
    }

    private static Tokens of(Item.Message message, Duration sound) {
        boolean fromCaller = !message.role().equals("assistant");
        var sum = fromCaller ? heard(sound) : spoken(sound);
        for (var part : message.content()) {
            sum = sum.plus(switch (part) {
                case Content.InputText text -> ofText(text.text().length());
                case Content.OutputText text -> ofText(text.text().length());
                // The model hears the caller; what another model wrote down of it is not in its context.
                case Content.InputAudio audio -> sound.isZero() ? transcript(audio.transcript()) : NONE;
                case Content.OutputAudio audio -> transcript(audio.transcript());
                case Content.InputImage image -> new Tokens(0, 0, "low".equals(image.detail()) ? GLANCE : PICTURE);
                case Content.Unknown _ -> NONE;
            });
        }
        return sum;
    }

    private static Tokens transcript(@Nullable String words) {
        return words == null ? NONE : ofText(words.length());
    }

    Tokens plus(Tokens more) {
        return new Tokens(text + more.text, audio + more.audio, image + more.image);
    }

    long total() {
        return text + audio + image;
    }
}
