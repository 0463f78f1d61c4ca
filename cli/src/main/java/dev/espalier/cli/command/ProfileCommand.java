package dev.espalier.cli.command;

import dev.espalier.activation.Activation;
import dev.espalier.cli.option.ConfigurationArguments;
import dev.espalier.cli.option.EngineArguments;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.ModelOptions;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.option.SettingOption;
import dev.espalier.cli.run.ModelSource;
import dev.espalier.cli.text.ProfileJson;
import dev.espalier.cli.text.ProfileText;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.profile.Profile;
import dev.espalier.core.profile.Profiler;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.model.ModelLayer;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints where the time of a model goes on an engine. */
@Command(
    name = "profile",
    header = "Shows where the time of a model goes: per layer and per operation.",
    description = {
      "Runs steps with random images, measures each operator of the engine, and prints",
      "tables by layer, by primitive operation and by operator. Needs no weights and no",
      "data. Works on the CPU, with engines that measure operators (see espalier doctor)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  espalier profile --model efficientnet-b0",
      "  espalier profile --model efficientnet-b0 --mode inference --batch-size 1",
      "  espalier profile --model runs/photos/best.safetensors --engine pytorch --json"
    },
    sortOptions = false,
    abbreviateSynopsis = true)
final class ProfileCommand extends Subcommand {
  private final Steps steps = new Steps();
  private final Table table = new Table();
  private final JsonOption json = new JsonOption();
  private final EngineArguments engine = new EngineArguments();
  private final ConfigurationArguments arguments = new ConfigurationArguments();

  ProfileCommand() {}

  /** What the measured steps compute. */
  enum Mode {
    TRAIN,
    HEAD,
    INFERENCE
  }

  /** The steps. */
  static final class Steps {
    @Option(
        names = "--mode",
        paramLabel = "MODE",
        description = {
          "What a step computes. Default: train.",
          "train: a training step of the whole model.",
          "head: a training step of the last layer with weights, all others frozen.",
          "inference: predictions."
        })
    Mode mode = Mode.TRAIN;

    @Option(
        names = "--batch-size",
        paramLabel = "NUMBER",
        description = "Number of samples per step. Default: 32.")
    int batchSize = 32;

    @Option(
        names = "--repeat",
        paramLabel = "NUMBER",
        description = "Number of steps to measure. Default: 10.")
    int count = 10;

    @Option(
        names = "--warm-up",
        paramLabel = "NUMBER",
        description = "Number of steps to run first. Default: 3.")
    int warmUp = 3;

    Steps() {}
  }

  /** What the tables show. */
  static final class Table {
    @Option(
        names = "--rows",
        paramLabel = "NUMBER",
        description = "Number of rows of each table, the longest times first. Default: 15.")
    int rows = 15;

    Table() {}
  }

  @Override
  List<OptionGroup> groups() {
    return List.of(
        OptionGroup.of(OptionGroup.Concern.MODEL, ModelOptions.OPTIONS),
        OptionGroup.of(OptionGroup.Concern.TRAINING, steps)
            .with(List.of(SettingOption.of("--precision", "TYPE", RunSettings.PRECISION))),
        OptionGroup.of(OptionGroup.Concern.ENGINE, EngineArguments.OPTIONS).with(engine),
        OptionGroup.of(OptionGroup.Concern.CONFIGURATION, arguments),
        OptionGroup.of(OptionGroup.Concern.OUTPUT, table).with(json));
  }

  @Override
  public Integer call() {
    requireRows();
    PluginRegistry registry = registry(arguments);
    Configuration configuration =
        arguments.read(registry, List.of(given().withoutModel(), engine.settings()));
    Model model =
        new ModelSource(registry, ModelOptions.of(given()), err())
            .complete(0, Activation.SOFTMAX)
            .model();
    Profiler profiler =
        Profiler.of(steps.mode == Mode.HEAD ? headOnly(model) : model)
            .config(configuration.trainingConfig())
            .batchSize(steps.batchSize)
            .warmUp(steps.warmUp)
            .steps(steps.count);
    Profile profile;
    // Not for inference: the engine that is preferred for it does not measure operators.
    try (Engine opened = registry.openEngine(configuration.engineSettings())) {
      profile =
          steps.mode == Mode.INFERENCE ? profiler.inference(opened) : profiler.training(opened);
    }
    if (json.json) {
      printJson(ProfileJson.of(model, profile));
    } else {
      printText(ProfileText.of(model, profile, table.rows));
    }
    return 0;
  }

  private void requireRows() {
    if (table.rows < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_OPTION, "--rows cannot be " + table.rows + ".", "Give 1 or more.");
    }
  }

  /** Returns the model as it is while a new classifier is trained on a frozen base. */
  private static Model headOnly(Model model) {
    ModelLayer head =
        model.layers().stream()
            .filter(
                layer ->
                    model.variables().stream()
                        .anyMatch(variable -> variable.name().startsWith(layer.path() + "/")))
            .reduce((earlier, later) -> later)
            .orElseThrow(
                () ->
                    new EspalierException(
                        ErrorCode.INVALID_OPTION,
                        "The model \"" + model.name() + "\" has no layer with weights to train.",
                        "Profile its inference: --mode inference."));
    return model.freeze().withTrainable(layer -> layer.path().equals(head.path()), true);
  }
}
