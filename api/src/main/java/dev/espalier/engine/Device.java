package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Device on which a session keeps its variables and computes. Immutable.
 *
 * @param kind {@code cpu} or {@code gpu}
 * @param index counted from 0; always 0 for the CPU
 */
public record Device(Kind kind, int index) {
  /** Kinds of devices. */
  public enum Kind {
    /** The processor and its memory. */
    CPU,
    /** A GPU. */
    GPU
  }

  /** Checks the number of the card. */
  public Device {
    if (index < 0) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_DEVICE,
          "There is no device " + kind + " " + index + ".",
          "Devices are counted from 0.");
    }
  }

  private static final Pattern NAME = Pattern.compile("(cpu|gpu)(?::(\\d{1,4}))?");

  /** Returns the processor. */
  public static Device cpu() {
    return new Device(Kind.CPU, 0);
  }

  /** Returns a GPU by its index, counted from 0. */
  public static Device gpu(int index) {
    return new Device(Kind.GPU, index);
  }

  /**
   * Returns the device of a name: {@code cpu}, {@code gpu} (the first) or {@code gpu:1}.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} for anything else
   */
  public static Device parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || (name.startsWith("cpu") && matcher.group(2) != null)) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_DEVICE,
          "There is no device \"" + name + "\".",
          "Devices are auto, cpu, gpu, gpu:0, gpu:1 and so on.");
    }
    String index = matcher.group(2);
    return new Device(
        matcher.group(1).equals("cpu") ? Kind.CPU : Kind.GPU,
        index == null ? 0 : Integer.parseInt(index));
  }

  /** Returns the name that {@link #parse} reads. */
  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "gpu:" + index;
  }
}
