package dev.espalier.engine.tensorflow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class XlaCompilerTest {
  private static Pointer stream() {
    return NativeLibrary.getProcess().getGlobalVariableAddress("stderr").getPointer(0);
  }

  @Test
  void messagesObeyTheVariableThatTensorFlowReads() {
    assertThat(XlaCompiler.isQuiet(Map.of("TF_CPP_MIN_LOG_LEVEL", "1"))).isTrue();
    assertThat(XlaCompiler.isQuiet(Map.of("TF_CPP_MIN_LOG_LEVEL", "3"))).isTrue();
    assertThat(XlaCompiler.isQuiet(Map.of("TF_CPP_MIN_LOG_LEVEL", "0"))).isFalse();
    assertThat(XlaCompiler.isQuiet(Map.of("TF_CPP_MIN_LOG_LEVEL", "all"))).isFalse();
    assertThat(XlaCompiler.isQuiet(Map.of())).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void standardErrorOfNativeCodeIsBackAfterwardsWhateverHappens() {
    Pointer before = stream();
    List<Pointer> meanwhile = new ArrayList<>();
    XlaCompiler.withoutStandardError(() -> meanwhile.add(stream()));
    assertThat(meanwhile).doesNotContain(before).hasSize(1);
    assertThat(stream()).isEqualTo(before);
    assertThatThrownBy(
            () ->
                XlaCompiler.withoutStandardError(
                    () -> {
                      throw new IllegalStateException("compiling failed");
                    }))
        .hasMessage("compiling failed");
    assertThat(stream()).isEqualTo(before);
  }
}
