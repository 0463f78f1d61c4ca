package dev.espalier.cli.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found. Immutable; its JSON has the names of the components.
 *
 * @param espalier the version
 * @param problems what is wrong apart from single engines, each with what to do
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

  /** Returns whether at least one engine can be used. */
  public boolean isUsable() {
    return engines.stream().anyMatch(EngineState::usable);
  }

  /**
   * One engine.
   *
   * @param explanation what would be used, or what is wrong
   * @param remedy what to add or set, empty if nothing is missing
   * @param version of the library, null if it is not known
   * @param library Maven coordinates of the native library, null if there is none
   * @param location the jar or folder of the native library, null if there is none
   * @param devices as users name them; empty if the engine was not opened
   * @param capabilities empty if the engine was not opened
   * @param graphicsCards what it takes to use one, empty if it already does or never will
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

  /** Where a plugin comes from. */
  public record PluginOrigin(String id, String location) {}

  /** A setting that holds, and where it was made. */
  public record EffectiveSetting(String name, String value, String origin) {}

  /** Something wrong, and what to do. */
  public record Problem(String problem, String remedy) {}
}
