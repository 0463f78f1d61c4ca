package dev.espalier.core.internal.engine;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Device;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EnginePurpose;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the engine: the one named in the settings; otherwise the first usable one in the order
 * given in the settings, by default the order for the device and the purpose. Engines that the
 * default order does not contain come last, alphabetically. For {@link EngineSettings#FASTEST}, the
 * usable engines of that order are measured, unless the result is known. Otherwise opens no engine.
 */
public final class EngineChoice {
  private static final Logger log = LoggerFactory.getLogger(EngineChoice.class);

  /** Espalier's own engines, whether or not they are on the class path. */
  public static final List<String> OURS = List.of("tensorflow", "pytorch", "mxnet", "onnxruntime");

  // The only place that knows engines by name: fastest first, as measured in docs/performance.md.
  private static final List<String> FASTEST_ON_CPU = OURS;
  private static final List<String> FASTEST_ON_GPU =
      List.of("pytorch", "tensorflow", "mxnet", "onnxruntime");

  private final Map<String, EngineProvider> known = new TreeMap<>();
  private final EngineSettings settings;
  private final Supplier<EngineCalibration> calibration;
  private final boolean gpu;

  private EngineChoice(
      Collection<EngineProvider> known,
      EngineSettings settings,
      Supplier<EngineCalibration> calibration) {
    this.calibration = calibration;
    known.forEach(provider -> this.known.put(provider.name(), provider));
    this.settings = settings;
    // Only an open engine knows its devices, so "auto" means the CPU here.
    String device = settings.get(EngineSettings.DEVICE);
    this.gpu =
        settings.strategy() instanceof Strategy.Mirrored mirrored
            ? mirrored.devices().get(0).kind() == Device.Kind.GPU
            : !device.equals(EngineSettings.AUTO) && Device.parse(device).kind() == Device.Kind.GPU;
  }

  /**
   * Returns the engine to use.
   *
   * @param known all available engines
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} for an unknown engine; {@link
   *     ErrorCode#INVALID_OPTION} for an invalid device or an option that no engine knows; {@link
   *     ErrorCode#ENGINE_UNAVAILABLE} with the reason of each engine if none is usable; {@link
   *     ErrorCode#UNKNOWN_DEVICE} if a GPU is requested and no engine can use one
   */
  public static EngineProvider choose(Collection<EngineProvider> known, EngineSettings settings) {
    return choose(known, settings, EngineCalibration::ofThisMachine);
  }

  /** Returns the engine to use, found by a calibration if the fastest one is wanted. */
  static EngineProvider choose(
      Collection<EngineProvider> known,
      EngineSettings settings,
      Supplier<EngineCalibration> calibration) {
    EngineChoice choice = new EngineChoice(known, settings, calibration);
    choice.requireKnownOptions();
    Setting engine = settings.find(EngineSettings.ENGINE);
    return switch (engine.text()) {
      case EngineSettings.AUTO -> choice.automatic();
      case EngineSettings.FASTEST -> choice.fastest();
      default -> choice.named(engine, engine.text());
    };
  }

  /**
   * Returns the engine that computes the frozen base of a model while another one trains it: the
   * one named in the settings, otherwise the first usable one that is made for inference.
   *
   * @param known all available engines
   * @param training name of the engine that trains
   * @return null if the engine that trains computes the base as well
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} for an unknown engine; {@link
   *     ErrorCode#ENGINE_UNAVAILABLE} for a named engine that cannot be used
   */
  public static @Nullable EngineProvider ofFrozenBase(
      Collection<EngineProvider> known, EngineSettings settings, String training) {
    if (settings.purpose() != EnginePurpose.TRAINING) {
      return null;
    }
    Setting engine = settings.find(EngineSettings.FROZEN_BASE_ENGINE);
    EngineChoice choice =
        new EngineChoice(known, settings.forInference(), EngineCalibration::ofThisMachine);
    return switch (engine.text()) {
      case EngineSettings.SAME -> null;
      case EngineSettings.AUTO -> choice.automaticForFrozenBase(training);
      default -> choice.namedForFrozenBase(engine, training);
    };
  }

  /** Returns the options of that engine: those for it alone, and the number of threads. */
  static EngineOptions optionsOfFrozenBase(EngineProvider provider, EngineSettings settings) {
    Map<String, Setting> own = new TreeMap<>(settings.settings().byName());
    own.keySet().removeIf(name -> name.startsWith(EngineSettings.optionName("")));
    return new EngineSettings(new Settings(own)).optionsFor(provider);
  }

  private @Nullable EngineProvider automaticForFrozenBase(String training) {
    EngineProvider chosen = known.get(training);
    if (!gpu && (chosen == null || !isMadeForIt(chosen))) {
      List<EngineProvider> made = known.values().stream().filter(this::isMadeForIt).toList();
      for (EngineProvider candidate : inUsualOrder(made)) {
        if (candidate.probe(optionsOfFrozenBase(candidate, settings)).usable()) {
          return candidate;
        }
      }
    }
    return null;
  }

  private @Nullable EngineProvider namedForFrozenBase(Setting setting, String training) {
    EngineProvider provider = named(setting, setting.text());
    if (provider.name().equals(training)) {
      return null;
    }
    try {
      provider.probe(optionsOfFrozenBase(provider, settings)).requireUsable();
    } catch (EspalierException e) {
      throw setting.origin().locate(e);
    }
    return provider;
  }

  /**
   * Returns the error for an unknown engine. For one of Espalier's own, the error says which
   * artifact to add, or what a merged jar has lost.
   */
  public static EspalierException unknown(String name, Collection<String> known) {
    EspalierException unknown = NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "engine", name, known);
    if (!OURS.contains(name)) {
      return unknown;
    }
    return new MissingEngine().present(List.of(name)).isEmpty()
        ? new EspalierException(
            unknown.code(),
            unknown.problem(),
            "Add " + MissingEngine.artifact(name) + ". " + unknown.remedy())
        : new EspalierException(
            unknown.code(),
            unknown.problem() + " Its classes are on the class path, but nothing names its plugin.",
            MissingEngine.remedyForPresent(List.of(name)));
  }

  /**
   * Checks that an option for engines in general is known to at least one engine.
   *
   * @param engines the options of each engine, by name
   * @throws EspalierException {@link ErrorCode#INVALID_OPTION} listing the nearest names
   */
  public static void requireKnownOption(
      String name, Setting setting, Collection<? extends Collection<String>> engines) {
    Set<String> options = new TreeSet<>();
    engines.forEach(options::addAll);
    if (!options.contains(name)) {
      throw setting
          .origin()
          .locate(
              NearestNames.unknown(ErrorCode.INVALID_OPTION, "option of an engine", name, options));
    }
  }

  private EngineProvider named(Setting setting, String name) {
    EngineProvider provider = known.get(name);
    if (provider == null) {
      throw setting.origin().locate(unknown(name, known.keySet()));
    }
    return provider;
  }

  private void requireKnownOptions() {
    List<List<String>> options =
        known.values().stream()
            .map(engine -> engine.options().stream().map(OptionDescription::name).toList())
            .toList();
    settings.commonOptions().forEach((name, setting) -> requireKnownOption(name, setting, options));
  }

  /** Falls back to {@link #automatic} where there is nothing to compare. */
  private EngineProvider fastest() {
    Map<EngineProvider, String> usable = new LinkedHashMap<>();
    if (!gpu) { // what a small step takes on a GPU says little about a large one
      for (EngineProvider candidate : candidates()) {
        Availability availability = candidate.probe(settings.optionsFor(candidate));
        if (availability.usable()) {
          usable.put(candidate, String.valueOf(availability.version()));
        }
      }
    }
    EngineProvider found = usable.size() < 2 ? null : calibration.get().fastest(usable, settings);
    return found == null ? automatic() : found;
  }

  private EngineProvider automatic() {
    Set<EngineProvider> candidates = candidates();
    List<String> refused = new ArrayList<>();
    for (EngineProvider candidate : candidates) {
      Availability availability = candidate.probe(settings.optionsFor(candidate));
      String reason = reasonAgainst(availability);
      if (reason == null) {
        log.info(
            "Engine {} chosen: the first usable one of {} ({}){}",
            candidate.name(),
            candidates.stream().map(EngineProvider::name).toList(),
            orderInWords(),
            refused.isEmpty() ? "" : "; skipped: " + String.join(" ", refused));
        return candidate;
      }
      refused.add(candidate.name() + ": " + reason);
    }
    throw noneUsable(candidates, refused);
  }

  private Set<EngineProvider> candidates() {
    Set<EngineProvider> candidates = new LinkedHashSet<>();
    Setting order = settings.find(EngineSettings.ENGINE_ORDER);
    for (String name : settings.get(EngineSettings.ENGINE_ORDER)) {
      candidates.add(named(order, name));
    }
    if (candidates.isEmpty()) {
      List<EngineProvider> ordered = inUsualOrder(known.values());
      ordered.stream().filter(this::isMadeForIt).forEach(candidates::add);
      candidates.addAll(ordered);
    }
    candidates.removeIf(provider -> !provider.purposes().contains(settings.purpose()));
    return candidates;
  }

  private List<EngineProvider> inUsualOrder(Collection<EngineProvider> engines) {
    List<String> fastest = gpu ? FASTEST_ON_GPU : FASTEST_ON_CPU;
    return engines.stream()
        .sorted(Comparator.comparingInt(provider -> position(fastest, provider)))
        .toList();
  }

  private static int position(List<String> order, EngineProvider provider) {
    int position = order.indexOf(provider.name());
    return position < 0 ? order.size() : position;
  }

  /** Returns whether the purpose at hand is what an engine suits best. */
  private boolean isMadeForIt(EngineProvider provider) {
    return provider.purposes().indexOf(settings.purpose()) == 0;
  }

  private String orderInWords() {
    return settings.get(EngineSettings.ENGINE_ORDER).isEmpty()
        ? "default order for "
            + (settings.purpose() == EnginePurpose.INFERENCE ? "inference on " : "")
            + (gpu ? "gpu" : "cpu")
        : settings.find(EngineSettings.ENGINE_ORDER).toString();
  }

  /** Returns why an engine cannot be used, or null if it can. */
  private @Nullable String reasonAgainst(Availability availability) {
    if (!availability.usable()) {
      return availability.explanation() + " " + availability.remedy();
    }
    EngineLibrary library = availability.library();
    return gpu && library != null && !library.gpu()
        ? "Its library " + library + " computes on the CPU only."
        : null;
  }

  private EspalierException noneUsable(Set<EngineProvider> candidates, List<String> refused) {
    if (candidates.isEmpty()) {
      return new MissingEngine().noneKnown(OURS);
    }
    String reasons = String.join(" ", refused);
    if (!gpu) {
      return new EspalierException(
          ErrorCode.ENGINE_UNAVAILABLE,
          "No engine can be used here.",
          reasons + " Run espalier doctor for details.");
    }
    List<String> requirements = new ArrayList<>();
    for (EngineProvider candidate : candidates) {
      if (!candidate.gpuRequirement().isEmpty()) {
        requirements.add(candidate.name() + " needs " + candidate.gpuRequirement());
      }
    }
    Setting device =
        settings.find(
            settings.strategy() instanceof Strategy.Mirrored
                ? EngineSettings.DEVICES
                : EngineSettings.DEVICE);
    return device
        .origin()
        .locate(
            new EspalierException(
                ErrorCode.UNKNOWN_DEVICE,
                "No engine here computes on the device " + device.text() + ".",
                reasons + " For a GPU: " + String.join(" ", requirements)));
  }
}
