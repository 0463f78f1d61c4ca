package dev.espalier.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Availability;
import dev.espalier.engine.library.BundledLibrary;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** djl#1417, djl#3784: what is missing, or does not fit, is said in one line before loading. */
class RequiredLibraryTest {
  private static final RequiredLibrary REQUIRED =
      new RequiredLibrary(
          "Example",
          "2.7.1",
          "org.example:native-",
          "cpu",
          "native/example.properties",
          List.of("linux-x86_64", "win-x86_64"),
          "https://example.org/native");

  @TempDir Path folder;

  private ClassLoader loader(String... properties) throws IOException {
    Path file = folder.resolve("native/example.properties");
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(properties));
    return folderLoader();
  }

  private ClassLoader folderLoader() throws MalformedURLException {
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
  }

  @Test
  void theArtifactOfThisPlatformIsFound() throws IOException {
    ClassLoader loader = loader("version=2.7.1-20250812", "flavor=cpu", "classifier=linux-x86_64");
    Availability availability = REQUIRED.probe(loader, "linux-x86_64", false);
    assertThat(availability.usable()).isTrue();
    assertThat(availability.explanation())
        .isEqualTo("Example 2.7.1 from org.example:native-cpu:2.7.1:linux-x86_64.");
    assertThat(availability.library().location()).isEqualTo(folder + "/native/example.properties");
    assertThat(availability.library().gpu()).isFalse();
  }

  @Test
  void aFlavorInFrontOfThePlatformIsUnderstood() throws IOException {
    ClassLoader loader = loader("version=2.7.1", "classifier=cu112mkl-linux-x86_64");
    Availability availability = REQUIRED.probe(loader, "linux-x86_64", false);
    assertThat(availability.library().coordinates())
        .isEqualTo("org.example:native-cu112mkl:2.7.1:linux-x86_64");
    assertThat(availability.library().gpu()).isTrue();
  }

  @Test
  void withoutAnArtifactTheCoordinatesAreSaid() throws IOException {
    Availability availability = REQUIRED.probe(folderLoader(), "linux-x86_64", false);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.explanation())
        .isEqualTo("Example's native library is not on the class path.");
    assertThat(availability.remedy()).isEqualTo("Add org.example:native-cpu:2.7.1:linux-x86_64.");
  }

  @Test
  void anArtifactOfAnotherPlatformIsNotEnough() throws IOException {
    ClassLoader loader = loader("version=2.7.1", "classifier=win-x86_64");
    Availability availability = REQUIRED.probe(loader, "linux-x86_64", false);
    assertThat(availability.explanation())
        .isEqualTo(
            "Example's native library is on the class path for win-x86_64, not for linux-x86_64.");
    assertThat(availability.remedy()).isEqualTo("Add org.example:native-cpu:2.7.1:linux-x86_64.");
  }

  @Test
  void anotherVersionDoesNotFit() throws IOException {
    ClassLoader loader = loader("version=2.5.1", "classifier=linux-x86_64");
    Availability availability = REQUIRED.probe(loader, "linux-x86_64", true);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.explanation())
        .isEqualTo(
            "org.example:native-cpu:2.5.1:linux-x86_64 does not fit DJL's Java side of Example,"
                + " which is made for 2.7.1.");
    assertThat(availability.version()).isEqualTo("2.5.1");
  }

  @Test
  void aPlatformWithoutAnArtifactNeedsAnotherEngine() throws IOException {
    Availability availability = REQUIRED.probe(folderLoader(), "linux-riscv64", false);
    assertThat(availability.remedy())
        .isEqualTo(
            "It is published for linux-x86_64, win-x86_64, not for linux-riscv64: use another"
                + " engine.");
  }

  @Test
  void aDownloadCountsOnlyIfItIsAllowed() throws IOException {
    Availability availability = REQUIRED.probe(folderLoader(), "linux-x86_64", true);
    assertThat(availability.usable()).isTrue();
    assertThat(availability.explanation())
        .isEqualTo("Example 2.7.1 from a download from https://example.org/native.");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Mac OS X, aarch64, osx-aarch64",
    "Windows 11, amd64, win-x86_64",
    "Linux, riscv64, linux-riscv64"
  })
  void platformsHaveTheNamesOfDjl(String system, String processor, String name) {
    assertThat(BundledLibrary.platform(system, processor)).isEqualTo(name);
  }
}
