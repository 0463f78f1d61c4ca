package dev.espalier.cli.run;

import dev.espalier.cli.plugin.InstalledPlugins;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.core.configuration.ConfigurationFile;
import dev.espalier.core.configuration.RunSettings;
import dev.espalier.core.configuration.SettingKey;
import dev.espalier.core.distributed.WorkerPlan;
import dev.espalier.core.finetuning.LabelMode;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.metric.Metric;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker trains for a command: the settings of the run, as in the file by which it is
 * resumed, from which the worker makes the same data and the same objects as the command.
 *
 * @param settings content of the configuration file
 * @param wholeModel whether the optimizer is that of the phase of the whole model
 * @param classNames classes of the data in the order of the model's outputs
 */
record CommandPlan(String settings, boolean wholeModel, ArrayList<String> classNames)
    implements WorkerPlan {
  private static final List<SettingKey<Optimizer>> OPTIMIZERS =
      List.of(RunSettings.OPTIMIZER, RunSettings.FINE_TUNING_OPTIMIZER);

  /**
   * Returns the plan for a phase.
   *
   * @param settings content of the configuration file of the run
   * @param optimizer of the phase, which is one of the configured ones
   */
  static CommandPlan of(
      Configuration configuration, String settings, Optimizer optimizer, List<String> classNames) {
    for (SettingKey<Optimizer> key : OPTIMIZERS) {
      if (optimizer.equals(configuration.find(key))) {
        return new CommandPlan(
            settings, key.equals(RunSettings.FINE_TUNING_OPTIMIZER), new ArrayList<>(classNames));
      }
    }
    throw new IllegalStateException("no setting has the optimizer " + optimizer);
  }

  /** Returns the metrics of a run, always with the accuracy, which tables and results show. */
  static List<Metric> metrics(Configuration configuration, LabelMode labels) {
    List<Metric> metrics = new ArrayList<>(configuration.get(RunSettings.METRICS));
    Metric accuracy = labels.accuracy();
    if (metrics.stream().noneMatch(metric -> metric.name().equals(accuracy.name()))) {
      metrics.add(0, accuracy);
    }
    return metrics;
  }

  @Override
  public PluginRegistry registry() {
    // Plugins of a folder are on the class path of the worker.
    Configuration ofPlugins = Configuration.ofPlugins(sources -> sources.file(file()));
    return InstalledPlugins.of(null, ofPlugins.get(RunSettings.EXCLUDED_PLUGINS)).registry();
  }

  @Override
  public Made make(PluginRegistry registry) {
    Configuration configuration = Configuration.of(registry, sources -> sources.file(file()));
    TrainingData data = TrainingData.opened(configuration);
    Dataset training = matched(data.training());
    TrainingConfig config =
        configuration
            .trainingConfig()
            .with(
                builder ->
                    builder
                        .optimizer(
                            configuration.get(
                                wholeModel
                                    ? RunSettings.FINE_TUNING_OPTIMIZER
                                    : RunSettings.OPTIMIZER))
                        .metrics(
                            metrics(configuration, LabelMode.of(training)).toArray(Metric[]::new)));
    FitOptions options =
        configuration.fitOptions().toBuilder()
            .callbacks(List.of())
            .validation(matched(data.validation()))
            .verbosity(Verbosity.SILENT)
            .build();
    return new Made(config, training, options);
  }

  private Dataset matched(Dataset dataset) {
    return dataset.classNames().equals(classNames)
        ? dataset
        : Datasets.matchClasses(dataset, classNames);
  }

  private ConfigurationFile file() {
    return ConfigurationFile.of(settings);
  }
}
