package dev.parley.gateway;

import dev.parley.agent.ToolFailure;
import dev.parley.gateway.GatewaySettings.ErrorStyle;
import dev.parley.gateway.GatewaySettings.MissingKey;
import dev.parley.venue.ErrorCode;

/// Which status of HTTP a failure has, as the settings say.
record Statuses(ErrorStyle style, MissingKey missingKey) {

    /// The original has numbers of its own for what is done, none for what is read.
    ///
    /// @param path as Javalin writes it
    int of(Route.Method method, String path, ErrorCode code) {
        if (style == ErrorStyle.PRECISE && code == ErrorCode.NOT_CONFIGURED && missingKey == MissingKey.UNAVAILABLE) {
            return 503;
        }
        var precise = precise(code);
        return switch (style) {
            case PRECISE -> precise;
            case REFERENCE -> isOwnInReference(method, path, code) ? precise : 500;
        };
    }

    private static int precise(ErrorCode code) {
        return switch (code) {
            case MISSING_FIELDS, INVALID_JSON, INVALID_ARGUMENTS, UNKNOWN_FIELD, QUANTITY_OUT_OF_RANGE,
                    INVALID_SCREEN -> 400;
            case NOT_CONFIGURED, UNAUTHORIZED -> 401;
            case FORBIDDEN, APPROVAL_REQUIRED -> 403;
            case UNKNOWN_TOOL, PRODUCT_NOT_FOUND, CART_NOT_FOUND, ITEM_NOT_IN_CART, TAB_NOT_FOUND, ORDER_NOT_FOUND,
                    CATEGORY_NOT_FOUND, COUNT_NOT_FOUND, LOCATION_NOT_FOUND, ADJUSTMENT_NOT_FOUND, EVENT_NOT_FOUND,
                    ALLOCATION_NOT_FOUND -> 404;
            case AMBIGUOUS_PRODUCT, PRODUCT_ARCHIVED, DUPLICATE_PRODUCT, PRODUCT_IN_USE, INSUFFICIENT_STOCK, CART_EMPTY,
                    TAB_EXISTS, AMBIGUOUS_TAB, AMBIGUOUS_ORDER, ALREADY_VOIDED, VOID_WINDOW_CLOSED, CATEGORY_EXISTS,
                    CATEGORY_NOT_EMPTY, CATEGORY_CYCLE, COUNT_ALREADY_OPEN, COUNT_CLOSED, ADJUSTMENT_ALREADY_VOIDED,
                    EVENT_CLOSED, OVER_ALLOCATION, SESSION_ENDED, IDEMPOTENCY_CONFLICT -> 409;
            case RATE_LIMITED -> 429;
            case INTERNAL -> 500;
            case UPSTREAM_ERROR -> 502;
            case BUSY -> 503;
            case UPSTREAM_TIMEOUT -> 504;
        };
    }

    /// What the original distinguished, and what it did not have.
    private static boolean isOwnInReference(Route.Method method, String path, ErrorCode code) {
        return method == Route.Method.GET || switch (code) {
            case MISSING_FIELDS, INVALID_JSON, NOT_CONFIGURED, UNAUTHORIZED, FORBIDDEN, RATE_LIMITED -> true;
            case INVALID_ARGUMENTS -> path.equals("/api/orders");
            default -> false;
        };
    }

    /// What it means to a program that a tool call has no result and did not say why itself.
    static ErrorCode code(ToolFailure reason) {
        return switch (reason) {
            case UNKNOWN_TOOL -> ErrorCode.UNKNOWN_TOOL;
            case BAD_ARGUMENTS, REFUSED -> ErrorCode.INVALID_ARGUMENTS;
            case DEADLINE, BUSY, CANCELLED, CLOSED -> ErrorCode.BUSY;
            case FORBIDDEN -> ErrorCode.FORBIDDEN;
            case CONFLICT, FORGOTTEN -> ErrorCode.IDEMPOTENCY_CONFLICT;
            case CRASHED, NO_RESULT, TOO_LONG -> ErrorCode.INTERNAL;
        };
    }
}
