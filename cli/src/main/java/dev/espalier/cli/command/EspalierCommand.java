package dev.espalier.cli.command;

import dev.espalier.core.EspalierVersion;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root command, with the options that all commands have. */
@Command(
    name = "espalier",
    header = "Trains, fine-tunes, evaluates and runs image classifiers on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = EspalierCommand.Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier fine-tune              train a first model, on generated images",
      "  espalier help fine-tune         the options of a command",
      "  espalier predict --model runs/photos/best.safetensors cat.jpg"
    })
public final class EspalierCommand implements Runnable {
  /** In the order of the help. */
  private static final List<Class<?>> SUBCOMMANDS =
      List.of(
          FineTuneCommand.class,
          TrainCommand.class,
          LearningRateCommand.class,
          EvaluateCommand.class,
          CompareCommand.class,
          PredictCommand.class,
          ServeCommand.class,
          SummaryCommand.class,
          ProfileCommand.class,
          DescribeCommand.class,
          PreviewCommand.class,
          ConfigCommand.class,
          DoctorCommand.class,
          WeightsCommand.class,
          ExportCommand.class,
          PluginCommand.class,
          CompletionCommand.class,
          HelpCommand.class);

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command
  @Spec
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  boolean stacktrace;

  public EspalierCommand() {}

  /** Adds all subcommands; of those that are not wanted only name and header, for the help. */
  public static void addSubcommands(
      CommandLine root, Predicate<String> wanted, CommandLine.IFactory factory) {
    for (Class<?> type : SUBCOMMANDS) {
      Command described = type.getAnnotation(Command.class);
      root.addSubcommand(
          wanted.test(described.name())
              ? new CommandLine(type, factory)
              : new CommandLine(onlyForHelp(described)));
    }
  }

  private static CommandSpec onlyForHelp(Command described) {
    CommandSpec named = CommandSpec.create().name(described.name());
    named.usageMessage().header(described.header());
    return named;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "espalier " + EspalierVersion.current(),
        "Java "
            + Runtime.version()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
      };
    }
  }
}
