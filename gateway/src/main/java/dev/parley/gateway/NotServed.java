package dev.parley.gateway;

/// A request that is wrong in a way that only HTTP knows: no such path, a body that is too large.
final class NotServed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    NotServed(int status, String code, String sentence) {
        super(sentence);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
