package dev.espalier.engine.library;

import dev.espalier.engine.PrecisionSupport;
import dev.espalier.graph.DataType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether oneDNN, which computes the convolutions of PyTorch and TensorFlow, has fast
 * instructions for a floating-point type on this processor. Known on Linux with x86-64 only.
 */
public final class ProcessorPrecision {
  private static final Logger LOGGER = LoggerFactory.getLogger(ProcessorPrecision.class);

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private ProcessorPrecision() {}

  /** Returns how well oneDNN computes in a floating-point type. */
  public static PrecisionSupport of(DataType type) {
    return of(type, processors(), OneDnnInstructions.limit());
  }

  private static String processors() {
    try {
      return Files.isReadable(PROCESSORS)
          ? Files.readString(PROCESSORS, StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      LOGGER.debug("{} cannot be read", PROCESSORS, e);
      return "";
    }
  }

  /**
   * Returns the answer for a machine.
   *
   * @param processors the content of a file such as Linux' {@code /proc/cpuinfo}; empty if unknown
   * @param limit the instruction set to which oneDNN is limited, null if it is not
   */
  static PrecisionSupport of(DataType type, String processors, @Nullable String limit) {
    if (!type.isHalf()) {
      return PrecisionSupport.supported("Every processor computes in float32.");
    }
    String name = type.lowerCaseName();
    List<String> wanted =
        type == DataType.BFLOAT16
            ? List.of("avx512_bf16", "amx_bf16")
            : List.of("avx512_fp16", "amx_fp16");
    Set<String> flags = flags(processors);
    if (flags.isEmpty()) {
      return PrecisionSupport.supported(
          "It is not known whether this processor has instructions for " + name + ".");
    }
    String present = wanted.stream().filter(flags::contains).findFirst().orElse(null);
    if (present == null) {
      return PrecisionSupport.supported(
          "This processor has neither " + String.join(" nor ", wanted) + ".");
    }
    return allows(limit, type)
        ? PrecisionSupport.faster("This processor has " + present + ".")
        : PrecisionSupport.supported(
            "oneDNN is limited to the instruction set "
                + limit
                + " by "
                + OneDnnInstructions.VARIABLE
                + ", which has no "
                + name
                + ".");
  }

  /**
   * Returns whether oneDNN is kept from computing in a type on a processor that could. TensorFlow
   * looks at the processor alone, chooses oneDNN, and ends the process.
   */
  public static boolean isTakenAway(DataType type) {
    return isTakenAway(type, processors(), OneDnnInstructions.limit());
  }

  static boolean isTakenAway(DataType type, String processors, @Nullable String limit) {
    Set<String> flags = flags(processors);
    if (type == DataType.BFLOAT16) {
      // With any AVX-512 oneDNN emulates bfloat16.
      boolean emulated = limit != null && limit.toUpperCase(Locale.ROOT).contains("AVX512");
      return flags.contains("avx512f") && !emulated && !allows(limit, type);
    }
    return (flags.contains("avx512_fp16") || flags.contains("amx_fp16")) && !allows(limit, type);
  }

  private static Set<String> flags(String processors) {
    return processors
        .lines()
        .filter(line -> line.startsWith("flags"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
        .findFirst()
        .map(flags -> Set.copyOf(Arrays.asList(flags)))
        .orElse(Set.of());
  }

  /** Returns whether a limit, one of oneDNN's names of instruction sets, includes a type. */
  private static boolean allows(@Nullable String limit, DataType type) {
    if (limit == null) {
      return true;
    }
    String set = limit.toUpperCase(Locale.ROOT);
    return set.isBlank()
        || set.equals("ALL")
        || set.equals("DEFAULT")
        || set.contains("AMX")
        || set.contains("FP16")
        || set.contains("AVX10")
        || (type == DataType.BFLOAT16 && set.contains("BF16"));
  }
}
