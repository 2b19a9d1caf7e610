/// What others need to find by reflection. No part of the API.
@NullMarked
package dev.parley.emulator.internal;

import org.jspecify.annotations.NullMarked;
