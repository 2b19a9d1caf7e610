package dev.parley.gateway;

import dev.parley.venue.ErrorCode;
import dev.parley.venue.Events;
import dev.parley.venue.Refusal;
import dev.parley.venue.StockReports;
import dev.parley.venue.Stockroom;
import dev.parley.venue.Venue;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What there is, what it is set aside for, and what became of it.
final class StockApi {
    private final Stockroom stockroom;
    private final Events events;
    private final StockReports reports;
    private final InstantSource clock;

    StockApi(Venue venue, InstantSource clock) {
        this.stockroom = venue.stockroom();
        this.events = venue.events();
        this.reports = venue.stockReports();
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/inventory", "listInventory", "Every product with its stock.", context -> Answers.json(
                        context, stockroom.inventory(Queries.find(context, "location"))))
                        .query("location", "{\"type\":\"string\"}", "Only what is kept there, by name or id")
                        .answers("{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\"}}}")
                        .refuses(ErrorCode.LOCATION_NOT_FOUND),
                Route.get("/api/inventory/movements", "listMovements", "What moved a product's stock, newest first.",
                        this::movements)
                        .query("product", "{\"type\":\"string\"}", "Its name or id")
                        .query("limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100}",
                                "How many at most")
                        .answers("{\"type\":\"object\",\"properties\":{\"movements\":{\"type\":\"array\"}}}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS, ErrorCode.PRODUCT_NOT_FOUND, ErrorCode.AMBIGUOUS_PRODUCT),
                Route.get("/api/events", "listEvents", "The events that stock is set aside for.", context -> Answers
                        .json(
                                context, events.list()))
                        .answers("{\"type\":\"object\",\"properties\":{\"events\":{\"type\":\"array\"}}}"),
                Route.post("/api/events", "createEvent", "Plans an event.", """
                        {"type":"object","required":["name","date"],"additionalProperties":false,"properties":{
                          "name":{"type":"string","minLength":1,"maxLength":80},
                          "date":{"type":"string","format":"date"},
                          "sessionId":{"type":"string","maxLength":128}}}""", this::create)
                        .answers("{\"type\":\"object\"}")
                        .refuses(ErrorCode.MISSING_FIELDS, ErrorCode.INVALID_ARGUMENTS),
                Route.get("/api/events/bookings", "listBookings", "The events with their packages.", this::bookings)
                        .query("status", "{\"enum\":[\"planned\",\"open\",\"closed\"]}", "Only these")
                        .query("limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":20}",
                                "How many at most")
                        .answers("{\"type\":\"object\",\"properties\":{\"bookings\":{\"type\":\"array\"}}}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS),
                Route.get("/api/events/packages", "listPackages", "What is set aside for each event.",
                        context -> Answers
                                .json(context, events.packages(Queries.oneOf(context, "active", List.of("true",
                                        "false"))
                                        .filter("true"::equals)
                                        .isPresent())))
                        .query("active", "{\"type\":\"boolean\"}", "Only those of events that are not closed")
                        .answers("{\"type\":\"object\",\"properties\":{\"packages\":{\"type\":\"array\"}}}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS),
                Route.get("/api/events/{id}/report", "reportEvent", "What an event used, cost and brought in.",
                        context -> Answers.json(context, reports.eventProfit(context.pathParam("id"))))
                        .inPath("id", "The event's id or name")
                        .answers("{\"type\":\"object\"}")
                        .refuses(ErrorCode.EVENT_NOT_FOUND),
                Route.get("/api/reports/stock", "reportStock", "What the stock is worth.", context -> Answers.json(
                        context,
                        reports.stockValue()))
                        .answers("{\"type\":\"object\"}"),
                Route.get("/api/reports/shrinkage", "reportShrinkage", "What was lost, by cause.", this::shrinkage)
                        .query("since", "{\"type\":\"string\",\"format\":\"date-time\"}",
                                "From this moment on; 30 days before the end if it is left out")
                        .query("until", "{\"type\":\"string\",\"format\":\"date-time\"}", "Now if it is left out")
                        .answers("{\"type\":\"object\"}")
                        .refuses(ErrorCode.INVALID_ARGUMENTS));
    }

    private void movements(Context context) {
        Answers.json(context, stockroom.movements(Queries.required(context, "product"), Queries.number(context, "limit",
                1, 1_000, 100)));
    }

    private void bookings(Context context) {
        Answers.json(context, events.bookings(Queries.find(context, "status"), Queries.number(context, "limit", 1, 200,
                20)));
    }

    private void create(Context context) {
        var body = Bodies.object(context, Set.of("name", "date", "sessionId"));
        var name = Bodies.text(body, "name");
        var date = Bodies.text(body, "date");
        if (name.isEmpty() || date.isEmpty()) {
            throw new Refusal(ErrorCode.MISSING_FIELDS, "Missing required fields: name, date");
        }
        try {
            Answers.json(context, Doorman.badge(context)
                    .map(events::with)
                    .orElse(events)
                    .create(Bodies.text(body, "sessionId").orElse("page"), name.get(), LocalDate
                            .parse(
                                    date.get())));
        } catch (DateTimeParseException _) {
            throw new Refusal(ErrorCode.INVALID_ARGUMENTS,
                    "date: expected a day such as 2026-12-31, found something else.",
                    Map.of("field", "date"));
        }
    }

    private void shrinkage(Context context) {
        var until = Queries.moment(context, "until").orElseGet(clock::instant);
        Instant since = Queries.moment(context, "since").orElseGet(() -> until.minus(Duration.ofDays(30)));
        Answers.json(context, reports.shrinkage(since, until));
    }
}
