package dev.parley.venue;

/// What is known of somebody by the key that let them in: what they may do, and the name that stands in the records
/// until they sign in by a PIN of their own.
///
/// Whoever has a badge is not anybody: what a manager must approve is refused to a badge of staff even at a venue whose
/// managers have no PINs yet.
///
/// @param name of 1 to 80 characters, such as `manager's key`; never the key
public record Badge(String name, Role role) {
    private static final int MAX_NAME = 80;

    public Badge {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("expected a name of 1 to " + MAX_NAME + " characters, found "
                    + name.length());
        }
    }
}
