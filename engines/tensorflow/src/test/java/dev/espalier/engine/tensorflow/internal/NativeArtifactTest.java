package dev.espalier.engine.tensorflow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.library.LibraryFile;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeArtifactTest {
  @Test
  void itsLibrariesAreUnpackedAndNothingElse(@TempDir Path temporary) throws IOException {
    Path jar = FakeArtifact.write(temporary.resolve("a jar"), NativeArtifact.REQUIRED_VERSION);
    try (URLClassLoader loader = FakeArtifact.classLoader(jar)) {
      NativeArtifact artifact =
          Objects.requireNonNull(NativeArtifact.find(loader, FakeArtifact.LINUX));
      assertThat(artifact.files())
          .extracting(LibraryFile::name)
          .containsExactly("libjnitensorflow.so", "libtensorflow_cc.so.2");
      Path folder = artifact.unpackedIn(temporary.resolve("cache")).load(unpacked -> unpacked);
      assertThat(folder.getParent()).isEqualTo(temporary.resolve("cache").resolve("tensorflow"));
      assertThat(folder.getFileName().toString()).matches("1\\.0\\.0-rc\\.1-[0-9a-f]{8}");
      assertThat(folder.resolve("libtensorflow_cc.so.2")).hasSize(800_000).isRegularFile();
      try (var files = Files.list(folder)) {
        assertThat(files).hasSize(2);
      }
    }
  }
}
