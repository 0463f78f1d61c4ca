package dev.espalier.cli.command;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.espalier.cli.doctor.Diagnosis;
import dev.espalier.cli.doctor.DiagnosisText;
import dev.espalier.cli.doctor.Examination;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.core.PluginRegistry;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reports what is installed and usable, and how to fix the rest. */
@Command(
    name = "doctor",
    header = "Shows what is installed and usable, and what to add for the rest.",
    description =
        "Java, processor, memory, each engine with version, native library, devices and "
            + "capabilities, plugins with their jars, and the settings with where they were "
            + "set. Nothing is downloaded without --allow-download. Fails (exit code 1) if no "
            + "engine can be used.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier doctor",
      "  espalier doctor --no-open --json",
      "  espalier doctor --engine pytorch --allow-download"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class DoctorCommand extends Subcommand {
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();
  private final Output output = new Output();
  private final JsonOption json = new JsonOption();

  DoctorCommand() {}

  /** What to examine, and how to print it. */
  static final class Output {
    @Option(
        names = "--no-open",
        description = "Open no engine: devices and capabilities are not shown.")
    boolean noOpen;

    Output() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, output).with(json));
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry(arguments);
    Diagnosis diagnosis =
        new Examination(
                registry,
                arguments.read(registry, List.of(given().settings(), engine.settings())),
                DoctorCommand.class.getClassLoader(),
                !output.noOpen)
            .diagnose(System.getenv());
    if (json.json) {
      printText(
          new GsonBuilder()
              .setPrettyPrinting()
              .disableHtmlEscaping()
              .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_DASHES)
              .create()
              .toJson(diagnosis));
    } else {
      DiagnosisText.of(diagnosis).forEach(out()::println);
    }
    out().flush();
    return diagnosis.isUsable() ? 0 : 1;
  }
}
