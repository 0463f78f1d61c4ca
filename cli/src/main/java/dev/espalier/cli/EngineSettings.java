package dev.espalier.cli;

import dev.espalier.core.PluginRegistry;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.training.TrainingConfig;
import picocli.CommandLine.Option;

/** Which engine runs the model, where, and with how many threads. The same in all commands. */
final class EngineSettings {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = TrainingConfig.AUTO,
      completionCandidates = Names.Engines.class,
      description =
          "auto takes the fastest that can be used. Default: ${DEFAULT-VALUE}. Names: auto,"
              + " ${COMPLETION-CANDIDATES}")
  String engine = TrainingConfig.AUTO;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = TrainingConfig.AUTO,
      description = "auto, cpu, gpu, gpu:0, gpu:1 and so on. Default: ${DEFAULT-VALUE}.")
  String device = TrainingConfig.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Processor threads of the engine (default: all).")
  int threads;

  EngineSettings() {}

  /**
   * Looks the names up, before anything else is done.
   *
   * @throws dev.espalier.error.EspalierException for an unknown engine or device
   */
  void check(PluginRegistry registry) {
    if (!engine.equals(TrainingConfig.AUTO)) {
      registry.engine(engine);
    }
    if (!device.equals(TrainingConfig.AUTO)) {
      Device.parse(device);
    }
  }

  /** Loads the engine. */
  Engine open(PluginRegistry registry) {
    return registry.openEngine(
        engine, device, EngineOptions.of(options -> options.threads(threads)));
  }

  /** Returns what the engine runs on, for people. */
  String describe(Engine opened) {
    return opened.name()
        + " "
        + opened.version()
        + " on "
        + (device.equals(TrainingConfig.AUTO) ? opened.devices().get(0) : device)
        + (threads == 0 ? "" : ", " + threads + " threads");
  }
}
