package dev.espalier.engine.djl;

import ai.djl.util.cuda.CudaUtils;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.graph.DataType;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells in which floating-point types of 16 bits an NVIDIA GPU computes fast. */
public final class GpuPrecision {
  private static final Logger log = LoggerFactory.getLogger(GpuPrecision.class);

  private static final int TENSOR_CORES = 70;
  private static final int TENSOR_CORES_WITH_BFLOAT16 = 80;

  private GpuPrecision() {}

  /**
   * Returns how well a GPU computes in a floating-point type.
   *
   * @param index of the GPU, counted from 0
   */
  public static PrecisionSupport of(DataType type, int index) {
    return ofComputeCapability(type, computeCapability(index));
  }

  /** Returns the compute capability times 10, or 0 if it is unknown. */
  private static int computeCapability(int index) {
    try {
      return Integer.parseInt(CudaUtils.getComputeCapability(index));
    } catch (RuntimeException | LinkageError e) {
      log.debug("the compute capability of GPU {} is unknown", index, e);
      return 0;
    }
  }

  static PrecisionSupport ofComputeCapability(DataType type, int capability) {
    if (!type.isHalf()) {
      return PrecisionSupport.supported("Every GPU computes in float32.");
    }
    if (capability == 0) {
      return PrecisionSupport.supported("The compute capability of the GPU is unknown.");
    }
    int needed = type == DataType.BFLOAT16 ? TENSOR_CORES_WITH_BFLOAT16 : TENSOR_CORES;
    String text =
        String.format(
            Locale.ROOT,
            "The GPU has compute capability %.1f; tensor cores for %s come with %.1f.",
            capability / 10.0,
            type.lowerCaseName(),
            needed / 10.0);
    if (capability >= needed) {
      return PrecisionSupport.faster(text);
    }
    return type == DataType.BFLOAT16
        ? PrecisionSupport.unsupported(text)
        : PrecisionSupport.supported(text);
  }
}
