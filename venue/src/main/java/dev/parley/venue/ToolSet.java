package dev.parley.venue;

/// Which of the bar's tools a model is given.
public enum ToolSet {
    /** The thirty of the reference, so that its clients find what they know. */
    REFERENCE,
    /** These and the optional ones: listing categories and others that the reference has no tool for. */
    EXTENDED
}
