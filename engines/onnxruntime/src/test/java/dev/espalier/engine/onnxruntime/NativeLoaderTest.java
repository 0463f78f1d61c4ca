package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLoaderTest {
  private static final EngineProvider PROVIDER = new OnnxRuntimeEngineProvider();

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, arm64, osx-aarch64",
    "Mac OS X, x86_64, osx-x64",
    "Windows 11, amd64, win-x64"
  })
  void namesPlatformsAsTheArtifactDoes(String os, String processor, String name) {
    assertThat(NativeLoader.platform(os, processor)).isEqualTo(name);
  }

  @Test
  void saysThatThePlatformHasNoLibrary() {
    NativeLoader loader = new NativeLoader(NativeLoaderTest.class.getClassLoader(), "linux-s390x");
    OnnxRuntimeOptions options = new OnnxRuntimeOptions(0, Path.of("cache"), null, false);
    Availability availability = loader.probe(options);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.explanation())
        .matches("com\\.microsoft\\.onnxruntime:onnxruntime [0-9.]+ has no library for .*s390x\\.");
    assertThat(availability.remedy()).contains("library-folder");
  }

  @Test
  void namesTheMissingFileOfAnInstalledLibrary(@TempDir Path folder) {
    EngineOptions options =
        EngineOptions.of(
            builder -> builder.extra(EngineOptions.LIBRARY_FOLDER.name(), folder.toString()));
    Availability availability = PROVIDER.probe(options);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.explanation())
        .contains(folder.resolve(System.mapLibraryName("onnxruntime")).toString());
  }
}
