package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A loaded engine. Closing it closes its sessions, and waits for what they compute; closing twice
 * does nothing. Thread-safe.
 */
public interface Engine extends AutoCloseable {
  /** Returns the name of its provider. */
  String name();

  /** Returns the version of the library that computes, such as {@code 2.16.1}. */
  String version();

  /** Returns the usable devices, the preferred one first. */
  List<Device> devices();

  /** Returns what it can do. */
  Set<Capability> capabilities();

  /**
   * Returns whether programs on a device may contain a floating-point type, determined from the
   * machine. By default only float32.
   *
   * @param type a {@linkplain DataType#isFloat floating-point type}
   * @param device one of {@link #devices()}
   */
  default PrecisionSupport precision(DataType type, Device device) {
    return type == DataType.FLOAT32
        ? PrecisionSupport.supported("Every engine computes in float32.")
        : PrecisionSupport.unsupported("The engine " + name() + " computes in float32 only.");
  }

  /**
   * Checks that this engine can do something. The trainer calls it before it compiles a program,
   * and a session when it compiles one.
   *
   * @param purpose what needs the capabilities, for the message, such as {@code the program
   *     "train"}
   * @throws EspalierException {@link ErrorCode#UNSUPPORTED_CAPABILITY} naming what is lacking and
   *     what the engine can do
   */
  default void require(Set<Capability> needed, String purpose) {
    Set<Capability> lacking = EnumSet.noneOf(Capability.class);
    lacking.addAll(needed);
    lacking.removeAll(capabilities());
    if (!lacking.isEmpty()) {
      String abilities =
          lacking.stream().map(Capability::ability).collect(Collectors.joining(" or "));
      String declared =
          capabilities().isEmpty()
              ? "no capability"
              : capabilities().stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
      throw new EspalierException(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          "The engine " + name() + " cannot " + abilities + ", which " + purpose + " needs.",
          "Use another engine; " + name() + " declares " + declared + ".");
    }
  }

  /**
   * Opens a session on a device.
   *
   * @throws EspalierException {@code UNKNOWN_DEVICE} if it is not one of {@link #devices()}; {@code
   *     UNSUPPORTED_CAPABILITY} if another session is open and the engine lacks {@link
   *     Capability#CONCURRENT_SESSIONS}
   */
  Session openSession(Device device);

  @Override
  void close();
}
