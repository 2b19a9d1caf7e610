package dev.parley.venue;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.Currency;
import java.util.OptionalLong;

/// A venue's rules.
///
/// @param tax on what is sold from now on
/// @param lowStockDefault containers at or below which a product is low, unless it says otherwise
/// @param autoCreateLocations whether an unknown location is made when stock is counted or adjusted there
/// @param voidWindowHours how long after payment an order may be voided
/// @param lossApproval the value of a loss, in minor units, above which a manager must approve it
/// @param catalogueVersion grows with every change to what [Catalogue] holds
record VenueSettings(String id, String name, Currency currency, ZoneId timezone, TaxRate tax,
        boolean allowNegativeStock, int lowStockDefault, boolean autoCreateLocations, int voidWindowHours,
        OptionalLong lossApproval, long catalogueVersion) {

    static VenueSettings read(ResultSet row) throws SQLException {
        var loss = row.getObject("loss_approval_cents", Long.class);
        return new VenueSettings(row.getString("id"), row.getString("name"), Currency.getInstance(row.getString(
                "currency")), ZoneId.of(row.getString("timezone")), new TaxRate(row.getInt("tax_bps"), row
                        .getBoolean("prices_include_tax")), row.getBoolean("allow_negative_stock"), row.getInt(
                                "low_stock_default"),
                row.getBoolean("auto_create_locations"), row.getInt("void_window_hours"), loss == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(loss),
                row.getLong("catalogue_version"));
    }

    /// Minor units as a decimal in major units: 1080 as 10.80.
    BigDecimal major(long cents) {
        return new Money(cents, currency).amount();
    }

    /// Minor units as people say them: `$10.80`, `10.80 EUR`.
    String spoken(long cents) {
        return currency.getCurrencyCode().equals("USD")
                ? (cents < 0 ? "-$" : "$") + major(Math.abs(cents)).toPlainString()
                : new Money(cents, currency).toString();
    }
}
