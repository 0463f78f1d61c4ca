package dev.espalier.cli.plugin;

import dev.espalier.cli.text.HelpText;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.OptionType;
import dev.espalier.option.OptionValues;
import dev.espalier.plugin.CommandProvider;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Adds the commands of plugins as subcommands of {@code espalier}. */
public final class PluginCommands {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

  private PluginCommands() {}

  /**
   * Adds all commands that can be added.
   *
   * @param pluginOptions creates the plugin options, which each command has too
   * @param printable creates a writer that escapes control characters
   * @return a sentence for each command that could not be added
   */
  public static List<String> add(
      CommandLine espalier,
      List<CommandProvider> commands,
      Supplier<List<OptionSpec>> pluginOptions,
      Function<Writer, PrintWriter> printable) {
    List<String> refused = new ArrayList<>();
    for (CommandProvider command : commands) {
      String name = command.name();
      if (espalier.getSubcommands().containsKey(name)) {
        refused.add(
            "The command \""
                + name
                + "\" of a plugin ("
                + command.getClass().getName()
                + ") has the name of a built-in command and is left out. Its plugin must give it"
                + " another name.");
        continue;
      }
      if (!NAME.matcher(name).matches()) {
        refused.add(
            "The command \""
                + name
                + "\" of a plugin ("
                + command.getClass().getName()
                + ") is left out. Its plugin must name it with lower-case letters, digits and"
                + " hyphens.");
        continue;
      }
      try {
        espalier.addSubcommand(
            name, commandLine(espalier, command, pluginOptions.get(), printable));
      } catch (InitializationException e) {
        refused.add(
            "The command \""
                + name
                + "\" of a plugin ("
                + command.getClass().getName()
                + ") is left out: "
                + e.getMessage()
                + " The option names help, stacktrace, plugins and exclude-plugin are reserved.");
      }
    }
    return refused;
  }

  private static CommandLine commandLine(
      CommandLine espalier,
      CommandProvider command,
      List<OptionSpec> pluginOptions,
      Function<Writer, PrintWriter> printable) {
    Call call = new Call(command, printable);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(call);
    spec.usageMessage().header(HelpText.escaped(command.description()));
    spec.usageMessage().sortOptions(false).abbreviateSynopsis(true);
    if (!command.examples().isEmpty()) {
      spec.usageMessage()
          .footerHeading("%nExamples:%n")
          .footer(
              command.examples().stream()
                  .map(example -> "  " + HelpText.escaped(example))
                  .toArray(String[]::new));
    }
    for (OptionDescription<?> option : command.options()) {
      OptionSpec made = option(option);
      spec.addOption(made);
      call.options.put(option.name(), made);
    }
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .paramLabel("ARGUMENT")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Argument of the command.")
            .build());
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder().validate(false).heading("%nPlugins:%n").order(9);
    pluginOptions.forEach(option -> group.addArg(OptionSpec.builder(option).build()));
    spec.addArgGroup(group.build());
    CommandLine made = new CommandLine(spec);
    made.setExecutionExceptionHandler(espalier.getExecutionExceptionHandler());
    made.setParameterExceptionHandler(espalier.getParameterExceptionHandler());
    made.setExecutionStrategy(espalier.getExecutionStrategy());
    made.setColorScheme(espalier.getColorScheme());
    made.setUsageHelpAutoWidth(false);
    made.setUsageHelpWidth(espalier.getUsageHelpWidth());
    made.setOut(espalier.getOut());
    made.setErr(espalier.getErr());
    call.commandLine = made;
    return made;
  }

  private static OptionSpec option(OptionDescription<?> option) {
    OptionSpec.Builder builder =
        OptionSpec.builder("--" + option.name()).type(String.class).required(false);
    String usual = option.defaultText();
    if (option.type() instanceof OptionType.Flag) {
      builder.arity("0..1").fallbackValue("true").paramLabel("true|false").hideParamSyntax(false);
    } else {
      builder.arity("1").paramLabel(label(option.type()));
    }
    String allowed = option.type() instanceof OptionType.Text ? "" : option.type().expected();
    String text =
        option.description()
            + (allowed.isEmpty() ? "" : HelpText.sentence(allowed))
            + HelpText.byDefault(usual);
    return builder.description(HelpText.escaped(text)).build();
  }

  private static String label(OptionType<?> type) {
    if (type instanceof OptionType.WholeNumber || type instanceof OptionType.DecimalNumber) {
      return "NUMBER";
    }
    if (type instanceof OptionType.FilePath) {
      return "FILE";
    }
    if (type instanceof OptionType.WordList) {
      return "WORDS";
    }
    if (type instanceof OptionType.NumberList) {
      return "NUMBERS";
    }
    boolean name = type instanceof OptionType.Choice || type instanceof OptionType.Constant;
    return name ? "NAME" : "TEXT";
  }

  /** A call of a plugin's command with the parsed options. */
  private static final class Call implements Callable<Integer> {
    private final CommandProvider command;
    private final Function<Writer, PrintWriter> printable;
    private final Map<String, OptionSpec> options = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // set before it can be called
    private CommandLine commandLine;

    Call(CommandProvider command, Function<Writer, PrintWriter> printable) {
      this.command = command;
      this.printable = printable;
    }

    @Override
    public Integer call() {
      Map<String, String> given = new LinkedHashMap<>();
      options.forEach(
          (name, option) -> {
            String text = option.getValue();
            if (text != null) {
              given.put(name, text);
            }
          });
      ArgSpec positional = commandLine.getCommandSpec().positionalParameters().get(0);
      List<String> arguments = positional.getValue();
      OptionValues values =
          OptionValues.of("the command " + command.name(), command.options(), given);
      PrintWriter out = printable.apply(commandLine.getOut());
      PrintWriter err = printable.apply(commandLine.getErr());
      int exitCode =
          command.run(
              new CommandProvider.Invocation(
                  values, arguments == null ? List.of() : arguments, out, err));
      out.flush();
      err.flush();
      return exitCode;
    }
  }
}
