package dev.parley.app;

import dev.parley.venue.Refusal;
import dev.parley.venue.Role;
import dev.parley.venue.SampleVenue;
import dev.parley.venue.SampleVenue.Others;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `parley venue`: what is done to a venue from the outside.
@Command(name = "venue", description = "Looks after the venue's data.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", footer = {
        "", "Example: parley venue add-staff --name Mia --role manager"}, subcommands = {VenueCommand.LoadSample.class,
                VenueCommand.Check.class, VenueCommand.AddStaff.class})
final class VenueCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }

    /// `parley venue load-sample`.
    @Command(name = "load-sample", description = "Adds 65 drinks with their recipes and stock at two locations. What is there"
            + " already stays as it is.", mixinStandardHelpOptions = true, footer = {"",
                    "Example: parley venue load-sample"})
    static final class LoadSample implements Callable<Integer> {
        @Option(names = "--beside-others", description = "Add them even where other things are sold.")
        private boolean besideOthers;

        @Mixin
        private VenueOption venueOption = new VenueOption();

        @Override
        public Integer call() throws IOException {
            try (var venue = venueOption.open(DotEnv.here())) {
                System.out.println(SampleVenue.load(venue, besideOthers ? Others.KEEP : Others.REFUSE));
            } catch (Refusal refusal) {
                throw new CommandFailed(refusal.sentence(), refusal);
            }
            return 0;
        }
    }

    /// `parley venue check`.
    @Command(name = "check", description = "Holds the whole database against the rules of stock and money, and says what"
            + " breaks them. Exit status 0 only if nothing does.", mixinStandardHelpOptions = true, footer = {"",
                    "Example: parley venue check"})
    static final class Check implements Callable<Integer> {
        @Mixin
        private VenueOption venueOption = new VenueOption();

        @Override
        public Integer call() throws IOException {
            try (var venue = venueOption.open(DotEnv.here())) {
                var findings = venue.check();
                findings.forEach(System.out::println);
                if (!findings.isEmpty()) {
                    throw new CommandFailed("expected a database that keeps all rules, found " + findings.size()
                            + " breaches");
                }
            }
            System.out.println("All rules are kept.");
            return 0;
        }
    }

    /// `parley venue add-staff`.
    @Command(name = "add-staff", description = "Takes somebody on, who then signs in by PIN. Once there is a manager, voids,"
            + " discounts, price changes and large losses need one.", mixinStandardHelpOptions = true, footer = {"",
                    "Example: echo 2468 | parley venue add-staff --name Mia --role manager --pin-from-input"})
    static final class AddStaff implements Callable<Integer> {
        private static final SecureRandom RANDOM = new SecureRandom();

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "Who it is.")
        private String name = "";

        @Option(names = "--role", paramLabel = "ROLE", defaultValue = "staff", description = "staff or manager. Default:"
                + " ${DEFAULT-VALUE}.")
        private Role role = Role.STAFF;

        @Option(names = "--pin-from-input", description = "Read the PIN, 4 to 12 digits, from standard input. Default: make"
                + " one and print it.")
        private boolean pinFromInput;

        @Mixin
        private VenueOption venueOption = new VenueOption();

        @Override
        public Integer call() throws IOException {
            var pin = pinFromInput ? read() : String.format(java.util.Locale.ROOT, "%06d", RANDOM.nextInt(1_000_000));
            try (var venue = venueOption.open(DotEnv.here())) {
                venue.staff().add(name, role, pin);
            } catch (Refusal refusal) {
                throw new CommandFailed(refusal.sentence(), refusal);
            }
            System.out.println(name + " is " + role + (pinFromInput ? "" : "; PIN " + pin));
            return 0;
        }

        /// Not from the command line, where other programs see it.
        private static String read() throws IOException {
            var line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new CommandFailed("expected a PIN on standard input, found nothing");
            }
            return line.strip();
        }
    }
}
