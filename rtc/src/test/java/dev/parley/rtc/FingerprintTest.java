package dev.parley.rtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private final byte[] certificate = {1, 2, 3};
    private final Fingerprint fingerprint = Fingerprint.of(certificate);

    @Test
    void readsWhatItWritesInAnyCase() {
        assertThat(fingerprint).hasToString("sha-256 03:90:58:C6:F2:C0:CB:49:2C:53:3B:0A:4D:14:EF:77:CC:0F:78:AB:CC:CE:"
                + "D5:28:7D:84:A1:A2:01:1C:FB:81");
        assertThat(Fingerprint.parse(" " + fingerprint.toString().toLowerCase(Locale.ROOT) + " "))
                .isEqualTo(fingerprint);
    }

    @Test
    void knowsItsCertificateFromOthers() {
        assertThat(fingerprint.matches(certificate)).isTrue();
        assertThat(fingerprint.matches(new byte[]{1, 2, 4})).isFalse();
    }

    @Test
    void refusesHashesThatCanBeForgedAndWhatIsNoFingerprint() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse("sha-1 AB:CD"));
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse("sha-256"));
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse("sha-256 AB:CD"));
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse("sha-512 " + fingerprint.value()));
    }
}
