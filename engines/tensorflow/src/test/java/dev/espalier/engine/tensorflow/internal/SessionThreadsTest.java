package dev.espalier.engine.tensorflow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("native")
@EnabledOnOs({OS.LINUX, OS.MAC})
class SessionThreadsTest {
  private static SessionThreads threads;

  @BeforeAll
  static void load() {
    TensorFlowEngineProvider provider = new TensorFlowEngineProvider();
    NativeLoader loader =
        new NativeLoader(
            TensorFlowEngineProvider.class.getClassLoader(),
            NativePlatform.current(),
            NativeLoader.folderOfDjl());
    threads =
        loader.load(TensorFlowOptions.of(provider, EngineOptions.defaults(), System.getenv()));
  }

  /** What the library of this version has, slices of a batch depend on. */
  @Test
  void theLibraryCanGiveSessionsThreadsOfTheirOwn() {
    assertThat(threads.available()).isTrue();
  }

  @Test
  void onlySessionsThatAreOpenedMeanwhileGetThreadsOfTheirOwn() {
    assertThat(threads.shared()).isTrue();
    assertThat(threads.own(threads::shared)).isFalse();
    assertThat(threads.shared()).isTrue();
  }

  @Test
  void otherSessionsShareThreadsAfterAFailure() {
    assertThatThrownBy(
            () ->
                threads.own(
                    () -> {
                      throw new IllegalStateException("opening failed");
                    }))
        .hasMessage("opening failed");
    assertThat(threads.shared()).isTrue();
  }

  @Test
  void aLibraryWithoutTheVariableOpensNoSessionsWithThreadsOfTheirOwn() {
    SessionThreads other = SessionThreads.of(List.of(NativeLibrary.getProcess()));
    assertThat(other.available()).isFalse();
    assertThatThrownBy(() -> other.own(() -> 1)).isInstanceOf(IllegalStateException.class);
  }
}
