package dev.parley.venue;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// Something that has happened, told once it is sure to stay so.
///
/// @param type `cart.updated`, `order.completed`, `order.voided`, `tab.updated`, `stock.changed`, `stock.low`,
///        `count.updated`, `event.updated`, `menu.updated`, `ui.navigate`, `tool.started`, `tool.finished` or
///        `session.ended`
/// @param sessionId whose tool call made it happen
public record VenueEvent(String type, String sessionId, Instant at, ObjectNode data) {}
