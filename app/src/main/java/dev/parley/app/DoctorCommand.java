package dev.parley.app;

import dev.parley.realtime.RealtimeClient;
import dev.parley.realtime.RealtimeException;
import dev.parley.realtime.ServerEvent;
import dev.parley.realtime.WebhookVerifier;
import dev.parley.venue.DatabaseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.DataLine;
import javax.sound.sampled.SourceDataLine;
import javax.sound.sampled.TargetDataLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `parley doctor`: is everything there that the other commands need?
@Command(name = "doctor", description = "Checks the Java version, service and key, ports, database, audio devices, clock and"
        + " webhook secret, and says what to do about each. Exit status 0 only if nothing is a problem.", mixinStandardHelpOptions = true, footer = {
                "", "Example: parley doctor"})
final class DoctorCommand implements Callable<Integer> {
    private static final int OLDEST_JAVA = 25;
    private static final int[] PORTS = {3000, 3100};
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final AudioFormat SOUND = new AudioFormat(24_000, 16, 1, true, false);

    @Option(names = "--offline", description = "Connect to nobody.")
    private boolean offline;

    @Mixin
    private ServiceOption serviceOption = new ServiceOption();

    @Mixin
    private LedgerOption ledgerOption = new LedgerOption();

    @Override
    public Integer call() {
        var findings = new ArrayList<Finding>();
        findings.add(java());
        findings.addAll(service());
        for (var port : PORTS) {
            findings.add(port(port));
        }
        findings.add(database());
        findings.add(audio());
        findings.add(webhooks());
        findings.stream().map(Finding::line).forEach(System.out::println);
        return findings.stream().anyMatch(Finding::isProblem) ? 1 : 0;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        return version >= OLDEST_JAVA
                ? Finding.fine("java", "Java " + Runtime.version())
                : Finding.problem("java", "Java " + version, "install a JDK " + OLDEST_JAVA + " or newer");
    }

    private List<Finding> service() {
        Optional<RealtimeClient.Builder> configured;
        try {
            configured = serviceOption.client(System.getenv());
            if (configured.isEmpty()) {
                return List.of(Finding.note("service", "none is configured, so the emulator is used",
                        "set OPENAI_API_KEY, or AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY, for a real one"),
                        clockAlone());
            }
            return service(configured.get().connectTimeout(PATIENCE));
        } catch (IllegalArgumentException | CommandFailed e) {
            return List.of(Finding.problem("service", String.valueOf(e.getMessage()), ""), clockAlone());
        }
    }

    private List<Finding> service(RealtimeClient.Builder builder) {
        try (var client = builder.build()) {
            if (offline) {
                return List.of(Finding.fine("service", client.description() + " (not asked)"), clockAlone());
            }
            return List.of(session(client), clock(client.baseUrl()));
        }
    }

    /// A session costs nothing until somebody speaks, and proves address, key and model at once.
    private static Finding session(RealtimeClient client) {
        try (var session = client.connect()) {
            return session.next(PATIENCE)
                    .map(first -> first instanceof ServerEvent.SessionCreated
                            ? Finding.fine("service", client.description())
                            : refused(client, first))
                    .orElseGet(() -> Finding.problem("service", client.description() + " says nothing", session.closed()
                            .map(close -> "it ended with " + close)
                            .orElse("is it a realtime service?")));
        } catch (RealtimeException | CommandFailed e) {
            return Finding.problem("service", client.description(), String.valueOf(e.getMessage()));
        }
    }

    private static Finding refused(RealtimeClient client, ServerEvent first) {
        return Finding.problem("service", client.description(), first instanceof ServerEvent.ErrorEvent refusal
                ? refusal.error().message()
                : "expected session.created, found " + first.type());
    }

    private static Finding clockAlone() {
        return Finding.note("clock", "it is " + Instant.now(), "nobody was asked whether that is true");
    }

    /// Webhooks signed more than five minutes from now are refused.
    private Finding clock(URI service) {
        var asking = HttpClient.newBuilder().connectTimeout(PATIENCE);
        serviceOption.trust().ifPresent(asking::sslContext);
        try (var http = asking.build()) {
            var answer = http.send(HttpRequest.newBuilder(service).timeout(PATIENCE).build(), BodyHandlers
                    .discarding());
            var now = Instant.now();
            var date = answer.headers().firstValue("date");
            if (date.isEmpty()) {
                return clockAlone();
            }
            var theirs = ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            var apart = Duration.between(theirs, now).abs();
            return apart.compareTo(WebhookVerifier.TOLERANCE) < 0
                    ? Finding.fine("clock", "within " + Math.max(1, apart.toSeconds()) + " s of the service's")
                    : Finding.problem("clock", apart.toSeconds() + " s from the service's",
                            "set this machine's clock, or webhooks will be refused");
        } catch (IOException | DateTimeException | IllegalArgumentException _) {
            return clockAlone();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return clockAlone();
        }
    }

    private static Finding port(int port) {
        var use = port == 3000 ? "parley serve" : "parley emulate";
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return Finding.fine("port", socket.getLocalPort() + " is free, for " + use);
        } catch (IOException _) {
            return Finding.note("port", port + " is in use", "start " + use + " with --port, or end the program there");
        }
    }

    private Finding database() {
        try (var ledger = ledgerOption.open()) {
            int found = ledger.list(1).size();
            return Finding.fine("database", found == 0
                    ? "opened; no payment requests yet"
                    : "opened, with payment requests");
        } catch (DatabaseException e) {
            return Finding.problem("database", String.valueOf(e.getMessage()), "");
        }
    }

    private static Finding audio() {
        boolean microphone = AudioSystem.isLineSupported(new DataLine.Info(TargetDataLine.class, SOUND));
        boolean speaker = AudioSystem.isLineSupported(new DataLine.Info(SourceDataLine.class, SOUND));
        if (microphone && speaker) {
            return Finding.fine("audio", "a microphone and a speaker for 24 kHz");
        }
        return Finding.note("audio", (microphone ? "no speaker" : speaker ? "no microphone" : "no devices"),
                "use parley talk with --input and --output");
    }

    private static Finding webhooks() {
        var secret = System.getenv("OPENAI_WEBHOOK_SECRET");
        if (secret == null || secret.isBlank()) {
            return Finding.note("webhooks", "OPENAI_WEBHOOK_SECRET is not set", "needed only for incoming SIP calls");
        }
        try {
            var _ = new WebhookVerifier(secret.strip(), InstantSource.system());
            return Finding.fine("webhooks", "OPENAI_WEBHOOK_SECRET can be a secret");
        } catch (IllegalArgumentException e) {
            return Finding.problem("webhooks", "OPENAI_WEBHOOK_SECRET: " + e.getMessage(), "copy it again");
        }
    }
}
