package dev.parley.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line. Exit status 0 is success, 1 failure, 2 a command that was not understood.
@Command(name = "parley", description = "Lets people talk to Java software through a realtime speech model.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true, versionProvider = Main.Version.class, footer = {
        "", "Example: parley demo", "", "Each command has --help with an example."})
final class Main implements Runnable {
    /// By their names, in the order of the help.
    private static final Map<String, Class<?>> COMMANDS = commands(DemoCommand.class, TalkCommand.class,
            ServeCommand.class,
            EmulateCommand.class, DoctorCommand.class, VenueCommand.class, PaymentsCommand.class);
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    /// It logs that it could not start, and throws the reason, which is what the user is told. Held, since
    /// `java.util.logging` forgets the filter of a logger that nobody holds.
    private static final Logger JAVALIN = Logger.getLogger("io.javalin.Javalin");

    static {
        JAVALIN.setFilter(logged -> !"Failed to start Javalin".equals(logged.getMessage()));
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /// Runs the command line and ends the process with its exit status.
    public static void main(String... args) {
        Logger.getLogger("").setLevel(Level.WARNING);
        System.exit(run(args));
    }

    static int run(String... args) {
        return line(args)
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler((failure, line, _) -> failure(failure, line))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    private static Map<String, Class<?>> commands(Class<?>... all) {
        var byName = new LinkedHashMap<String, Class<?>>();
        for (var one : all) {
            byName.put(one.getAnnotation(Command.class).name(), one);
        }
        return byName;
    }

    /// Knows all commands, or only the one that is asked for: to look into the others would be a good part of a start.
    private static CommandLine line(String... args) {
        var line = new CommandLine(new Main());
        var asked = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (asked == null) {
            COMMANDS.values().forEach(line::addSubcommand);
        } else {
            line.addSubcommand(asked);
        }
        return line;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }

    private static int usage(ParameterException mistake, String... args) {
        var line = mistake.getCommandLine();
        line.getErr()
                .println("parley: " + Failures.line(mistake) + ". Try: " + line.getCommandSpec().qualifiedName()
                        + " --help");
        return USAGE;
    }

    private static int failure(Exception failure, CommandLine line) {
        if (!Failures.isExpected(failure)) {
            Logger.getLogger(Main.class.getName()).log(Level.SEVERE, "unexpected failure", failure);
        }
        line.getErr().println("parley: " + Failures.line(failure));
        return FAILURE;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Main.class.getPackage().getImplementationVersion();
            return new String[]{"parley " + Objects.requireNonNullElse(version, "(development)")};
        }
    }
}
