package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Availability;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** djl#3784, djl#1991, djl#2247: the pair of libraries is checked before anything is loaded. */
class NativeLoaderTest {
  @TempDir Path folder;

  private Availability probe(@Nullable Path libraryFolder) throws IOException {
    ClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
    return new NativeLoader(loader, "linux-x86_64")
        .probe(new PyTorchOptions(0, folder, libraryFolder, false, true, false));
  }

  private void write(String file, String... lines) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, List.of(lines));
  }

  private void writeJni(String version) throws IOException {
    write("jnilib/pytorch.properties", "jni_version=" + version);
  }

  @Test
  void withoutDjlsPartItIsNamed() throws IOException {
    Availability availability = probe(null);
    assertThat(availability.explanation())
        .isEqualTo("DJL's library for PyTorch is not on the class path.");
    assertThat(availability.remedy()).isEqualTo("Add ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0.");
  }

  @Test
  void aPairThatDoesNotExistIsRefused() throws IOException {
    writeJni("2.5.1-0.33.0");
    Availability availability = probe(null);
    assertThat(availability.explanation())
        .isEqualTo(
            "ai.djl.pytorch:pytorch-jni:2.5.1-0.33.0 does not fit PyTorch 2.7.1 and DJL's Java"
                + " side.");
    assertThat(availability.remedy()).isEqualTo("Use ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0.");
  }

  @Test
  void aLibraryOfAnotherVersionIsRefused() throws IOException {
    writeJni(NativeLoader.JNI_VERSION);
    write("native/lib/pytorch.properties", "version=2.5.1-20241111", "classifier=linux-x86_64");
    Availability availability = probe(null);
    assertThat(availability.usable()).isFalse();
    assertThat(availability.remedy())
        .isEqualTo("Add ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64.");
  }

  @Test
  void anInstalledPyTorchTellsItsVersion() throws IOException {
    writeJni(NativeLoader.JNI_VERSION);
    Path library = folder.resolve("torch/lib");
    assertThat(probe(library).explanation()).endsWith("does not exist.");
    write("torch/lib/" + System.mapLibraryName("torch"));
    assertThat(probe(library).usable()).isTrue();
    write("torch/version.py", "__version__ = '2.6.0+cu124'");
    assertThat(probe(library).explanation())
        .isEqualTo(
            "The folder "
                + library
                + " holds PyTorch 2.6.0, and DJL's Java side is made for"
                + " 2.7.1.");
    write("torch/version.py", "__version__ = '2.7.1+cu128'");
    write("torch/lib/" + System.mapLibraryName("torch_cuda"));
    assertThat(probe(library).usable()).isTrue();
    assertThat(probe(library).library().gpu()).isTrue();
  }
}
