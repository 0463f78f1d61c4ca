package dev.espalier.cli.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an examination. Immutable; its JSON uses the names of the components.
 *
 * @param espalier version of Espalier
 * @param machine the computer and the JVM
 * @param engines all engines
 * @param plugins all plugins
 * @param settings all effective settings
 * @param problems problems that do not concern a single engine, each with a remedy
 */
public record Diagnosis(
    String espalier,
    Machine machine,
    List<EngineState> engines,
    List<PluginOrigin> plugins,
    List<EffectiveSetting> settings,
    List<Problem> problems) {
  /** Copies the lists. */
  public Diagnosis {
    engines = List.copyOf(engines);
    plugins = List.copyOf(plugins);
    settings = List.copyOf(settings);
    problems = List.copyOf(problems);
  }

  /** Returns whether at least one engine is usable. */
  public boolean isUsable() {
    return engines.stream().anyMatch(EngineState::usable);
  }

  /**
   * One engine.
   *
   * @param name of the engine
   * @param usable whether it works on this machine
   * @param explanation what would be used, or what is wrong
   * @param remedy what to add or set, empty if nothing is missing
   * @param version of the library, null if unknown
   * @param library Maven coordinates of the native library, null if there is none
   * @param location the jar or folder of the native library, null if there is none
   * @param devices display names; empty if the engine was not opened
   * @param capabilities empty if the engine was not opened
   * @param graphicsCards what is required to use a GPU, empty if it already does or never will
   */
  public record EngineState(
      String name,
      boolean usable,
      String explanation,
      String remedy,
      @Nullable String version,
      @Nullable String library,
      @Nullable String location,
      List<String> devices,
      List<String> capabilities,
      String graphicsCards) {
    /** Copies the lists. */
    public EngineState {
      devices = List.copyOf(devices);
      capabilities = List.copyOf(capabilities);
    }
  }

  /** Where a plugin was loaded from. */
  public record PluginOrigin(String id, String location) {}

  /** An effective setting and its origin. */
  public record EffectiveSetting(String name, String value, String origin) {}

  /** A problem and how to fix it. */
  public record Problem(String problem, String remedy) {}
}
