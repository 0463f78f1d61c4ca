package dev.espalier.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.PrecisionSupport.Level;
import dev.espalier.graph.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuPrecisionTest {
  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, 75, UNSUPPORTED",
    "BFLOAT16, 80, FASTER",
    "BFLOAT16, 0, SUPPORTED",
    "FLOAT16, 61, SUPPORTED",
    "FLOAT16, 70, FASTER",
    "FLOAT32, 61, SUPPORTED"
  })
  void tensorCoresDecide(DataType type, int computeCapability, Level level) {
    assertThat(GpuPrecision.ofComputeCapability(type, computeCapability).level()).isEqualTo(level);
  }

  @ParameterizedTest
  @CsvSource({
    "75, The GPU has compute capability 7.5; tensor cores for bfloat16 come with 8.0.",
    "0, The compute capability of the GPU is unknown."
  })
  void theReasonNamesWhatTheGpuHas(int computeCapability, String reason) {
    assertThat(GpuPrecision.ofComputeCapability(DataType.BFLOAT16, computeCapability).reason())
        .isEqualTo(reason);
  }
}
