package dev.parley.emulator;

import dev.parley.realtime.Truncation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// What of a conversation is before the model, and what that costs (protocol sections 9.5 and 9.6): each response bills its
/// whole context again, and what a context has in common with the one before, from its beginning, was in the cache.
/// Confined to the session's thread.
final class ContextTokens {
    private static final long SMALL_WINDOW = 28_224;
    private static final long LARGE_WINDOW = 128_000 - 4_096;
    private static final Pattern LARGE = Pattern.compile("gpt-realtime-([2-9]|\\d\\d)(\\.\\d+)?(-.*)?");

    private final long window;
    /// Items that have left the context for good.
    private final Set<String> dropped = new HashSet<>();
    private List<Piece> billed = List.of();

    /// A part of a context, such as an item; a part that changes is another.
    record Piece(String id, Tokens tokens) {}

    /// A context and which part of it was in the cache.
    record Bill(Tokens input, Tokens cached) {
        static final Bill NOTHING = new Bill(Tokens.NONE, Tokens.NONE);

        /// The usage of a response that gave this output.
        ObjectNode usage(Tokens output) {
            var usage = BetaObjects.object()
                    .put("total_tokens", input.total() + output.total())
                    .put("input_tokens", input.total())
                    .put("output_tokens", output.total());
            var details = usage.putObject("input_token_details")
                    .put("text_tokens", input.text())
                    .put("audio_tokens", input.audio())
                    .put("image_tokens", input.image())
                    .put("cached_tokens", cached.total());
            details.putObject("cached_tokens_details")
                    .put("text_tokens", cached.text())
                    .put("audio_tokens", cached.audio())
                    .put("image_tokens", cached.image());
            usage.putObject("output_token_details")
                    .put("text_tokens", output.text())
                    .put("audio_tokens", output.audio());
            return usage;
        }
    }

    ContextTokens(String model) {
        this.window = isLarge(model) ? LARGE_WINDOW : SMALL_WINDOW;
    }

    /// Whether a model is of the 2.x family or later; the date in a name is no version.
    static boolean isLarge(String model) {
        return LARGE.matcher(model).matches();
    }

    boolean isDropped(String itemId) {
        return dropped.contains(itemId);
    }

    /// Takes out of the context what it has no room for, the oldest first. Instructions and tools stay.
    ///
    /// @param fixed what always stays
    /// @param items in the order of the conversation
    /// @return whether what is left fits
    boolean fit(Tokens fixed, List<Piece> items, Truncation truncation) {
        var kept = new ArrayList<>(items.stream().filter(item -> !isDropped(item.id)).toList());
        long room = window - fixed.total();
        long target = room;
        switch (truncation) {
            case Truncation.Disabled() -> {
                return sum(kept).total() <= room;
            }
            case Truncation.RetentionRatio(var ratio, OptionalInt limit) -> {
                room = Math.min(room, limit.orElse(Integer.MAX_VALUE));
                target = (long) (room * ratio);
            }
            case Truncation.Auto() -> {
                // Down to what there is room for.
            }
            case Truncation.Unknown _ -> {
                // As if nothing were said.
            }
        }
        long size = sum(kept).total();
        if (size > room) {
            while (kept.size() > 1 && size > target) {
                var oldest = kept.removeFirst();
                dropped.add(oldest.id);
                size -= oldest.tokens.total();
            }
        }
        return true;
    }

    /// What this context costs.
    ///
    /// @param remembered whether the next context is likely to begin like this one
    Bill bill(List<Piece> context, boolean remembered) {
        int same = 0;
        while (same < context.size() && same < billed.size() && context.get(same).equals(billed.get(same))) {
            same++;
        }
        var bill = new Bill(sum(context), sum(context.subList(0, same)));
        if (remembered) {
            billed = List.copyOf(context);
        }
        return bill;
    }

    private static Tokens sum(List<Piece> pieces) {
        return pieces.stream().map(Piece::tokens).reduce(Tokens.NONE, Tokens::plus);
    }
}
