package dev.espalier.core.internal.engine;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Precision;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.PrecisionSupport.Level;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the floating-point type in which the programs of a trainer compute. */
public final class PrecisionChoice {
  private static final Logger log = LoggerFactory.getLogger(PrecisionChoice.class);

  private PrecisionChoice() {}

  /**
   * Returns the precision to use, which is not {@link Precision#AUTO}.
   *
   * @param devices the devices of the trainer, of one kind
   * @throws EspalierException {@link ErrorCode#UNSUPPORTED_CAPABILITY} with the reason if the
   *     engine cannot compute in the wanted type on one of them
   */
  public static Precision choose(Precision wanted, Engine engine, List<Device> devices) {
    return switch (wanted) {
      case AUTO -> fastest(engine, devices);
      case FLOAT32 -> wanted; // every engine computes in it, so the machine is not examined
      case BFLOAT16, FLOAT16 -> supported(wanted, engine, devices);
    };
  }

  private static Precision supported(Precision wanted, Engine engine, List<Device> devices) {
    for (Device device : devices) {
      PrecisionSupport support = support(wanted, engine, device);
      if (support.level() == Level.UNSUPPORTED) {
        throw new EspalierException(
            ErrorCode.UNSUPPORTED_CAPABILITY,
            "The engine "
                + engine.name()
                + " cannot compute in "
                + wanted.lowerCaseName()
                + " on "
                + device
                + ": "
                + support.reason(),
            "Use the precision float32, or auto for a type of 16 bits where it is faster; or"
                + " another engine or device.");
      }
      if (support.level() == Level.SUPPORTED) {
        log.warn(
            "{} is not faster than float32 with {} on {}: {}",
            wanted.lowerCaseName(),
            engine.name(),
            device,
            support.reason());
      }
    }
    return wanted;
  }

  private static Precision fastest(Engine engine, List<Device> devices) {
    List<String> reasons = new ArrayList<>();
    for (Precision candidate : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
      List<PrecisionSupport> supports =
          devices.stream().map(device -> support(candidate, engine, device)).toList();
      if (supports.stream().allMatch(support -> support.level() == Level.FASTER)) {
        log.info("Precision {} chosen: {}", candidate.lowerCaseName(), supports.get(0).reason());
        return candidate;
      }
      supports.stream()
          .filter(support -> support.level() != Level.FASTER)
          .map(PrecisionSupport::reason)
          .filter(reason -> !reasons.contains(reason))
          .forEach(reasons::add);
    }
    log.info("Precision float32 chosen: {}", String.join(" ", reasons));
    return Precision.FLOAT32;
  }

  private static PrecisionSupport support(Precision precision, Engine engine, Device device) {
    DataType type = precision.type();
    return engine.precision(type == null ? DataType.FLOAT32 : type, device);
  }
}
