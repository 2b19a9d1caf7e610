/// The business in the box: a ledger of payment requests on SQL, and the tools a model may use on it.
@NullMarked
package dev.parley.venue;

import org.jspecify.annotations.NullMarked;
