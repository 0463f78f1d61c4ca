package dev.espalier.cli.command;

import dev.espalier.cli.option.ClusterOptions;
import dev.espalier.cli.option.GivenOptions;
import dev.espalier.cli.option.JsonOption;
import dev.espalier.cli.option.OptionGroup;
import dev.espalier.cli.run.Interruption;
import dev.espalier.cli.run.OutputOptions;
import dev.espalier.cli.run.RunFolder;
import dev.espalier.cli.run.TrainingRun;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.distributed.ClusterRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** A command that trains a model and fills the folder of the run. */
abstract class TrainingCommand extends ConfiguredTrainingCommand {
  private final Clock clock;
  private final Interruption interruption;
  private final ClusterOptions cluster = new ClusterOptions();
  private final OutputOptions output = new OutputOptions();
  private final JsonOption json = new JsonOption();

  TrainingCommand(Clock clock, Interruption interruption) {
    this.clock = clock;
    this.interruption = interruption;
  }

  @Override
  final List<OptionGroup> groups() {
    List<OptionGroup> groups = new ArrayList<>(inputGroups());
    OptionGroup last = groups.remove(groups.size() - 1); // the configuration
    groups.addAll(List.of(OptionGroup.of(OptionGroup.Concern.CLUSTER, cluster), last));
    groups.add(
        OptionGroup.of(OptionGroup.Concern.OUTPUT, OutputOptions.OPTIONS).with(output).with(json));
    return groups;
  }

  @Override
  public final Integer call() {
    GivenOptions given = given();
    arguments.config = output.settings(arguments.config, given);
    PluginRegistry registry = registry(arguments);
    ClusterRequest requested = cluster.request(System.getProperties(), plugins.used());
    Training training = prepare(registry, given);
    Configuration configuration = training.configuration();
    String name = training.start().name();
    try (RunFolder folder =
        output.folder(configuration, name, spec.name(), training.phases(), clock)) {
      TrainingRun.Plan plan =
          new TrainingRun.Plan(
              output.command(spec, folder),
              name,
              training.start().origin(),
              training.model(),
              training.data(),
              training.recipe(),
              training.phases(),
              configuration.get(RunSettings.BATCH_SIZE),
              configuration.get(RunSettings.SEED));
      new TrainingRun(
              plan,
              registry,
              configuration,
              requested,
              folder,
              spec.commandLine(),
              interruption,
              json.json)
          .run();
    }
    return 0;
  }
}
