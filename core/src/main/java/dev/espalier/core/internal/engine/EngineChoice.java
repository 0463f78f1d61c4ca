package dev.espalier.core.internal.engine;

import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the engine when the user named none: the first usable one in the user's order, else in
 * the default order for the device. Engines that the default order does not know come last, in
 * alphabetical order.
 */
public final class EngineChoice {
  private static final Logger log = LoggerFactory.getLogger(EngineChoice.class);

  // The one place that knows engines by name: fastest first, as measured in docs/performance.md.
  private static final List<String> FASTEST_ON_CPU = List.of("tensorflow", "pytorch", "mxnet");
  private static final List<String> FASTEST_ON_GPU = List.of("pytorch", "tensorflow", "mxnet");

  private EngineChoice() {}

  /**
   * Returns the engine to use.
   *
   * @param known all engines there are
   * @param order names that the user prefers; empty for the default order
   * @param device as the user named it
   * @throws EspalierException {@link ErrorCode#ENGINE_UNAVAILABLE} with the reason of each engine
   *     if none is usable; {@link ErrorCode#UNKNOWN_NAME} if the order names an unknown one
   */
  public static EngineProvider automatic(
      List<EngineProvider> known, List<String> order, String device) {
    Map<String, EngineProvider> byName = new TreeMap<>();
    known.forEach(provider -> byName.put(provider.name(), provider));
    List<EngineProvider> candidates = candidates(byName, order, device);
    List<String> refused = new ArrayList<>();
    for (EngineProvider candidate : candidates) {
      Availability availability = candidate.probe();
      if (availability.usable()) {
        String rest = refused.isEmpty() ? "" : "; not usable: " + String.join("; ", refused);
        log.info(
            "Engine {} chosen: the first usable one of {} ({}){}",
            candidate.name(),
            candidates.stream().map(EngineProvider::name).toList(),
            order.isEmpty() ? "default order for " + kind(device) : "configured order",
            rest);
        return candidate;
      }
      refused.add(
          candidate.name() + ": " + availability.explanation() + " " + availability.remedy());
    }
    throw new EspalierException(
        ErrorCode.ENGINE_UNAVAILABLE,
        refused.isEmpty()
            ? "No engine is on the class path."
            : "No engine can be used here: " + String.join("; ", refused),
        "Add the artifact of an engine, such as dev.espalier:espalier-engine-"
            + FASTEST_ON_CPU.get(0)
            + ", with its native library.");
  }

  private static List<EngineProvider> candidates(
      Map<String, EngineProvider> byName, List<String> order, String device) {
    List<EngineProvider> candidates = new ArrayList<>();
    if (!order.isEmpty()) {
      for (String name : order) {
        EngineProvider provider = byName.get(name);
        if (provider == null) {
          throw NearestNames.unknown(ErrorCode.UNKNOWN_NAME, "engine", name, byName.keySet());
        }
        candidates.add(provider);
      }
      return candidates;
    }
    for (String name : kind(device).equals("gpu") ? FASTEST_ON_GPU : FASTEST_ON_CPU) {
      EngineProvider provider = byName.remove(name);
      if (provider != null) {
        candidates.add(provider);
      }
    }
    candidates.addAll(byName.values());
    return candidates;
  }

  /** Only an engine that is open knows its devices, so {@code auto} counts as the processor. */
  private static String kind(String device) {
    return device.startsWith("gpu") ? "gpu" : "cpu";
  }
}
