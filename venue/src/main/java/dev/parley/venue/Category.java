package dev.parley.venue;

import java.util.Optional;

/// A kind of product, at most two levels deep.
record Category(String id, String name, Optional<String> parentId, boolean isActive) {}
