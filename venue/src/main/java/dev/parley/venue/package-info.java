/// The business in the box: a bar and a ledger of payment requests on SQL, and the tools a model may use on them.
@NullMarked
package dev.parley.venue;

import org.jspecify.annotations.NullMarked;
