package dev.parley.gateway;

import dev.parley.agent.Toolbox;
import dev.parley.venue.Badge;
import dev.parley.venue.Venue;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The venue's tools as each badge may use them. They are the same tools; what they do is done by somebody else.
///
/// @param usual of those without a badge
record Toolboxes(Toolbox usual, Map<Badge, Toolbox> byBadge) {
    static Toolboxes of(Venue venue, GatewaySettings settings) {
        return new Toolboxes(venue.toolbox(settings.tools()), Doorman.badges(settings.access())
                .stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), badge -> venue.toolbox(settings.tools(),
                        badge))));
    }

    Toolbox of(Optional<Badge> badge) {
        return badge.map(byBadge::get).orElse(usual);
    }
}
