package dev.parley.venue;

/// A place where stock is kept.
record Location(String id, String name, boolean isDefault) {}
