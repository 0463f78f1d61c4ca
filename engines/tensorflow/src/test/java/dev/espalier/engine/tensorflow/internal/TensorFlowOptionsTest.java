package dev.espalier.engine.tensorflow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorFlowOptionsTest {

  private static TensorFlowOptions checked(EngineOptions options, Map<String, String> environment) {
    return TensorFlowOptions.of(new TensorFlowEngineProvider(), options, environment);
  }

  private static Path cache(Map<String, String> environment) {
    return checked(EngineOptions.defaults(), environment).cacheFolder();
  }

  @Test
  void cacheFolderComesFromTheOptionThenTheEnvironmentThenTheHomeFolder() {
    Map<String, String> both = Map.of("ESPALIER_CACHE", "/a", "XDG_CACHE_HOME", "/b");
    EngineOptions option = EngineOptions.of(builder -> builder.extra("cache-folder", "/c"));
    assertThat(checked(option, both).cacheFolder()).isEqualTo(Path.of("/c"));
    assertThat(cache(both)).isEqualTo(Path.of("/a"));
    assertThat(cache(Map.of("XDG_CACHE_HOME", "/b"))).isEqualTo(Path.of("/b/espalier"));
    Path home = Path.of(System.getProperty("user.home"), ".cache", "espalier");
    assertThat(cache(Map.of("XDG_CACHE_HOME", "relative"))).isEqualTo(home);
    assertThat(cache(Map.of())).isEqualTo(home);
  }

  @Test
  void unknownOptionListsTheKnownOnes() {
    EngineOptions options = EngineOptions.of(builder -> builder.extra("cache-foldr", "/c"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> checked(options, Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("cache-foldr")
        .withMessageContaining("nearest first: cache-folder, library-folder");
  }

  @Test
  void emptyFolderIsRefused() {
    EngineOptions options = EngineOptions.of(builder -> builder.extra("library-folder", " "));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> checked(options, Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageContaining("library-folder");
  }

  @Test
  void aWrongOptionMakesTheEngineUnusableWithTheSameWords() {
    EngineOptions options = EngineOptions.of(builder -> builder.extra("cache-foldr", "/c"));
    Availability availability = new TensorFlowEngineProvider().probe(options);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.explanation())
        .isEqualTo("There is no option of the engine tensorflow named \"cache-foldr\".");
  }
}
