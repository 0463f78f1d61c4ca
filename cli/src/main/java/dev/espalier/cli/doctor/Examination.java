package dev.espalier.cli.doctor;

import dev.espalier.cli.doctor.Diagnosis.EffectiveSetting;
import dev.espalier.cli.doctor.Diagnosis.EngineState;
import dev.espalier.cli.doctor.Diagnosis.PluginOrigin;
import dev.espalier.cli.doctor.Diagnosis.Problem;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.engine.Availability;
import dev.espalier.engine.CacheFolder;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Examines what is installed. Opens engines only on request, and downloads nothing unless the
 * settings allow it. Use an instance once.
 */
public final class Examination {
  private final PluginRegistry registry;
  private final Configuration configuration;
  private final ClassLoader loader;
  private final boolean open;

  /**
   * Prepares an examination.
   *
   * @param loader class loader that sees the plugins
   * @param open whether to open the usable engines, to query devices and capabilities
   */
  public Examination(
      PluginRegistry registry, Configuration configuration, ClassLoader loader, boolean open) {
    this.registry = registry;
    this.configuration = configuration;
    this.loader = loader;
    this.open = open;
  }

  /**
   * Runs the examination.
   *
   * @param environment environment variables of the process
   */
  public Diagnosis diagnose(Map<String, String> environment) {
    return diagnose(() -> CacheFolder.of(environment), environment);
  }

  Diagnosis diagnose(Supplier<Path> cache, Map<String, String> environment) {
    Path folder = null;
    EspalierException missing = null;
    try {
      folder = cache.get();
    } catch (EspalierException e) {
      missing = e;
    }
    Machine machine = Machine.current(folder, environment);
    List<EngineState> engines = engines();
    return new Diagnosis(
        EspalierVersion.current(),
        machine,
        engines,
        registry.plugins().stream()
            .map(plugin -> new PluginOrigin(plugin.id(), plugin.source()))
            .toList(),
        configuration.settingsOfEngines().stream()
            .map(one -> new EffectiveSetting(one.name(), one.text(), one.origin().toString()))
            .toList(),
        problems(machine, engines, missing));
  }

  private List<EngineState> engines() {
    List<EngineState> states = new ArrayList<>();
    registry.engines().stream()
        .sorted(Comparator.comparing(EngineProvider::name))
        .map(this::examine)
        .forEach(states::add);
    for (FirstParty plugin : FirstParty.ALL) {
      boolean known =
          registry.engines().stream().anyMatch(engine -> engine.name().equals(plugin.id()));
      if (plugin.engine() && !known && !plugin.isPresent(loader)) {
        states.add(
            state(
                plugin.id(),
                Availability.unusable(
                    "It is not on the class path.",
                    "Add " + plugin.artifact() + ":" + EspalierVersion.current() + ".")));
      }
    }
    return states;
  }

  private EngineState examine(EngineProvider provider) {
    EngineSettings settings = configuration.engineSettings();
    Availability availability = provider.probe(settings.optionsFor(provider));
    EngineState probed = state(provider.name(), availability);
    if (!availability.usable() || !open) {
      return withRequirement(probed, provider);
    }
    try (Engine engine = provider.open(settings.optionsFor(provider))) {
      EngineState opened =
          new EngineState(
              probed.name(),
              true,
              probed.explanation(),
              "",
              engine.version(),
              probed.library(),
              probed.location(),
              engine.devices().stream().map(Device::toString).toList(),
              engine.capabilities().stream().map(Enum::name).sorted().toList(),
              "");
      boolean cards =
          engine.devices().stream().anyMatch(device -> device.kind() == Device.Kind.GPU);
      return cards ? opened : withRequirement(opened, provider);
    } catch (LinkageError | RuntimeException e) {
      Availability failed =
          e instanceof EspalierException error
              ? Availability.unusable(error)
              : Availability.unusable(
                  "It failed when it was opened: " + e + ".",
                  "Its artifacts may be of different versions; `mvn dependency:tree` shows them.");
      return withRequirement(
          state(
              provider.name(),
              new Availability(
                  false,
                  failed.explanation(),
                  failed.remedy(),
                  availability.version(),
                  availability.library())),
          provider);
    }
  }

  private static EngineState withRequirement(EngineState state, EngineProvider provider) {
    return new EngineState(
        state.name(),
        state.usable(),
        state.explanation(),
        state.remedy(),
        state.version(),
        state.library(),
        state.location(),
        state.devices(),
        state.capabilities(),
        provider.gpuRequirement());
  }

  private static EngineState state(String name, Availability availability) {
    EngineLibrary library = availability.library();
    return new EngineState(
        name,
        availability.usable(),
        availability.explanation(),
        availability.remedy(),
        availability.version(),
        library == null ? null : library.coordinates(),
        library == null ? null : library.location(),
        List.of(),
        List.of(),
        "");
  }

  private List<Problem> problems(
      Machine machine, List<EngineState> engines, @Nullable EspalierException missing) {
    List<Problem> problems = new ArrayList<>();
    if (engines.stream().noneMatch(EngineState::usable)) {
      problems.add(
          new Problem(
              "No engine is usable, so models cannot be trained or run.",
              engines.isEmpty()
                  ? "See the problems below."
                  : "See above what each engine is missing; one usable engine is enough."));
    }
    registry.problems().forEach(one -> problems.add(new Problem(one.problem(), one.remedy())));
    for (FirstParty plugin : FirstParty.ALL) {
      if (plugin.isPresent(loader) && !registry.pluginIds().contains(plugin.id())) {
        problems.add(
            new Problem(
                "The plugin " + plugin.id() + " is on the class path, but nothing names it.",
                "Unless it was left out on purpose: when jars are merged into one, their files"
                    + " META-INF/services/dev.espalier.plugin.Plugin must be merged too (for"
                    + " Maven's shade plugin: ServicesResourceTransformer); the line "
                    + plugin.type()
                    + " is missing."));
      }
    }
    if (missing != null) {
      problems.add(new Problem(missing.problem(), missing.remedy()));
    } else if (!machine.cacheWritable()) {
      problems.add(
          new Problem(
              "The cache folder " + machine.cacheFolder() + " cannot be written.",
              "Engines unpack their libraries there. Name another with ESPALIER_CACHE or the"
                  + " engine option \"cache-folder\"."));
    }
    return problems;
  }
}
