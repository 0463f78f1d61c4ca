package dev.espalier.engine.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.PrecisionSupport.Level;
import dev.espalier.graph.DataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorPrecisionTest {
  private static PrecisionSupport bfloat16(String flags, @Nullable String limit) {
    String processors = "processor\t: 0\nflags\t\t: fpu avx2 " + flags + "\nbugs\t\t: none\n";
    return ProcessorPrecision.of(DataType.BFLOAT16, processors, limit);
  }

  @Test
  void aProcessorWithInstructionsForATypeIsFasterWithIt() {
    assertThat(bfloat16("avx512_bf16", null).level()).isEqualTo(Level.FASTER);
    assertThat(bfloat16("amx_bf16 amx_tile", null))
        .isEqualTo(PrecisionSupport.faster("This processor has amx_bf16."));
    assertThat(ProcessorPrecision.of(DataType.FLOAT16, "flags : avx512_fp16\n", null).level())
        .isEqualTo(Level.FASTER);
  }

  @Test
  void oneWithoutThemComputesInItAllTheSame() {
    assertThat(bfloat16("avx512f", null))
        .isEqualTo(
            PrecisionSupport.supported("This processor has neither avx512_bf16 nor amx_bf16."));
    assertThat(ProcessorPrecision.of(DataType.FLOAT16, "flags : avx512_bf16\n", null).level())
        .isEqualTo(Level.SUPPORTED);
    assertThat(ProcessorPrecision.of(DataType.BFLOAT16, "", null).reason())
        .isEqualTo("It is not known whether this processor has instructions for bfloat16.");
  }

  @ParameterizedTest
  @CsvSource({
    "AVX, SUPPORTED",
    "avx512_core, SUPPORTED",
    "AVX512_CORE_VNNI, SUPPORTED",
    "AVX512_CORE_BF16, FASTER",
    "AVX512_CORE_AMX, FASTER",
    "ALL, FASTER",
    "'', FASTER"
  })
  void aLimitOfOneDnnTakesTheInstructionsAway(String limit, Level level) {
    PrecisionSupport support = bfloat16("avx512_bf16", limit);

    assertThat(support.level()).isEqualTo(level);
    if (level == Level.SUPPORTED) {
      assertThat(support.reason())
          .isEqualTo(
              "oneDNN is limited to the instruction set "
                  + limit
                  + " by ONEDNN_MAX_CPU_ISA, which has no bfloat16.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, avx512f avx512_bf16, AVX, true",
    "BFLOAT16, avx512f, AVX2, true",
    "BFLOAT16, avx512f, AVX512_CORE, false",
    "BFLOAT16, avx512f, , false",
    "BFLOAT16, avx2, AVX, false",
    "FLOAT16, avx512f avx512_bf16, AVX, false",
    "FLOAT16, avx512f avx512_fp16, AVX512_CORE, true",
    "FLOAT16, avx512f avx512_fp16, ALL, false"
  })
  void aLimitTakesAwayWhatTheProcessorHas(
      DataType type, String flags, @Nullable String limit, boolean takenAway) {
    assertThat(ProcessorPrecision.isTakenAway(type, "flags : " + flags + "\n", limit))
        .isEqualTo(takenAway);
  }
}
