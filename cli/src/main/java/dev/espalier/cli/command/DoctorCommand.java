package dev.espalier.cli.command;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.espalier.cli.doctor.Diagnosis;
import dev.espalier.cli.doctor.DiagnosisText;
import dev.espalier.cli.doctor.Examination;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.core.PluginRegistry;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what is installed and usable, and what mends the rest. */
@Command(
    name = "doctor",
    header = "Shows what is installed and usable, and what to add for the rest.",
    description = {
      "Java, processor, memory, each engine with version, native library, devices and capabilities,",
      "plugins with their jars, and the settings that hold with where they were made.",
      "Nothing is downloaded unless --allow-download says so.",
      "Exit code: 0 if at least one engine can be used, else 1."
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class DoctorCommand extends Subcommand {
  @ArgGroup(validate = false, heading = "%nEngine:%n", order = 1)
  EngineArguments engine = new EngineArguments();

  @ArgGroup(validate = false, heading = "%nOutput:%n", order = 2)
  Output output = new Output();

  DoctorCommand() {}

  /** How much is looked at, and how it is printed. */
  static final class Output {
    @Option(
        names = "--no-open",
        description = "Open no engine: devices and capabilities are not shown.")
    boolean noOpen;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    Output() {}
  }

  @Override
  public Integer call() {
    PluginRegistry registry = registry();
    Diagnosis diagnosis =
        new Examination(
                registry,
                engine.configuration(registry),
                DoctorCommand.class.getClassLoader(),
                !output.noOpen)
            .diagnose(System.getenv());
    if (output.json) {
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
