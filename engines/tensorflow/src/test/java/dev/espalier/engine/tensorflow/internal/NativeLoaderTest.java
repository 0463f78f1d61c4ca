package dev.espalier.engine.tensorflow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLoaderTest {
  private static final TensorFlowOptions DEFAULTS =
      TensorFlowOptions.of(new TensorFlowEngineProvider(), EngineOptions.defaults(), Map.of());

  @TempDir private Path temporary;

  @Test
  void aMissingArtifactIsNamedWithItsCoordinates() throws IOException {
    try (URLClassLoader empty = FakeArtifact.emptyClassLoader()) {
      NativeLoader loader = new NativeLoader(empty, FakeArtifact.LINUX, null);
      Availability availability = loader.find(null).availability();
      assertThat(availability.usable()).isFalse();
      assertThat(availability.explanation())
          .isEqualTo("TensorFlow's native library is not on the class path.");
      assertThat(availability.remedy())
          .isEqualTo("Add org.tensorflow:tensorflow-core-native:1.0.0-rc.1:linux-x86_64.");
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> loader.load(DEFAULTS))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE_UNAVAILABLE))
          .withMessageContaining("org.tensorflow:tensorflow-core-native:1.0.0-rc.1");
    }
  }

  @Test
  void aPlatformWithoutAnArtifactIsTold() throws IOException {
    try (URLClassLoader empty = FakeArtifact.emptyClassLoader()) {
      NativeLoader loader = new NativeLoader(empty, NativePlatform.of("Linux", "aarch64"), null);
      assertThat(loader.find(null).availability().remedy())
          .isEqualTo(
              "It is published for linux-x86_64, macosx-arm64, macosx-x86_64, windows-x86_64, not"
                  + " for linux-arm64: use another engine.");
    }
  }

  @Test
  void anArtifactOfAnotherVersionIsRefusedBeforeLoading() throws IOException {
    Path jar = FakeArtifact.write(temporary.resolve("native.jar"), "1.1.0");
    try (URLClassLoader classes = FakeArtifact.classLoader(jar)) {
      NativeLoader loader = new NativeLoader(classes, FakeArtifact.LINUX, null);
      Availability availability = loader.find(null).availability();
      assertThat(availability.usable()).isFalse();
      assertThat(availability.explanation()).contains("1.1.0", "1.0.0-rc.1");
      assertThat(availability.remedy())
          .isEqualTo("Add org.tensorflow:tensorflow-core-native:1.0.0-rc.1:linux-x86_64.");
      assertThat(availability.library())
          .isEqualTo(
              EngineLibrary.ofArtifact(
                  "org.tensorflow:tensorflow-core-native:1.1.0:linux-x86_64", jar, false));
    }
  }

  @Test
  void theArtifactThatWouldBeUsedIsNamed() throws IOException {
    Path jar = FakeArtifact.write(temporary.resolve("native.jar"), "1.0.0-rc.1");
    try (URLClassLoader classes = FakeArtifact.classLoader(jar)) {
      NativeLoader loader = new NativeLoader(classes, FakeArtifact.LINUX, null);
      Availability availability = loader.find(null).availability();
      assertThat(availability.usable()).isTrue();
      assertThat(availability.version()).isEqualTo("2.16.1");
      assertThat(availability.library())
          .isEqualTo(
              EngineLibrary.ofArtifact(
                  "org.tensorflow:tensorflow-core-native:1.0.0-rc.1:linux-x86_64", jar, false));
      assertThat(availability.explanation())
          .isEqualTo(
              "TensorFlow 2.16.1 from"
                  + " org.tensorflow:tensorflow-core-native:1.0.0-rc.1:linux-x86_64.");
    }
  }

  @Test
  void anInstalledLibraryGoesBeforeTheArtifact() throws IOException {
    Path jar = FakeArtifact.write(temporary.resolve("native.jar"), "1.0.0-rc.1");
    Path installed = Files.createDirectory(temporary.resolve("installed"));
    try (URLClassLoader classes = FakeArtifact.classLoader(jar)) {
      NativeLoader loader = new NativeLoader(classes, FakeArtifact.LINUX, installed);
      assertThat(loader.find(null).availability().explanation())
          .contains("does not exist", installed.resolve("libjnitensorflow.so").toString());
      Files.writeString(installed.resolve("libjnitensorflow.so"), "a library");
      assertThat(loader.find(null).availability().explanation())
          .contains("the folder " + installed);
      Path named = Files.createDirectory(temporary.resolve("named"));
      assertThat(loader.find(named).availability().explanation()).contains(named.toString());
    }
  }

  @Test
  void platformsAreNamedAsTheArtifactsAre() {
    assertThat(NativePlatform.of("Linux", "amd64").classifier()).isEqualTo("linux-x86_64");
    assertThat(NativePlatform.of("Mac OS X", "aarch64").classifier()).isEqualTo("macosx-arm64");
    assertThat(NativePlatform.of("Windows 11", "amd64").libraryFile("x")).isEqualTo("x.dll");
    assertThat(NativePlatform.of("Mac OS X", "x86_64").libraryFile("x")).isEqualTo("libx.dylib");
  }
}
