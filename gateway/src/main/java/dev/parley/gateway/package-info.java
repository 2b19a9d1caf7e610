/// The venue's face over HTTP.
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
