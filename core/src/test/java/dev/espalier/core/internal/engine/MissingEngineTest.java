package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingEngineTest {
  @TempDir private Path folder;

  @Test
  void knowsWhichEnginesAreInsideOfAMergedJar() throws IOException {
    Path type = folder.resolve("dev/espalier/engine/pytorch/PyTorchPlugin.class");
    Files.createDirectories(type.getParent());
    Files.writeString(type, "");
    try (URLClassLoader jar = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      MissingEngine missing = new MissingEngine(Arrays.asList(null, jar));
      assertThat(missing.present(List.of("tensorflow", "pytorch", "mxnet", "other")))
          .containsExactly("pytorch");
      assertThat(missing.noneKnown(List.of("tensorflow", "pytorch")))
          .hasMessageStartingWith(
              "No engine is known, though the classes of pytorch are on the class path.")
          .hasMessageContaining("META-INF/services/dev.espalier.plugin.Plugin")
          .hasMessageContaining("the line dev.espalier.engine.pytorch.PyTorchPlugin is missing");
    }
  }

  @Test
  void proposesAnArtifactWhereThereIsNone() {
    assertThat(new MissingEngine(List.of()).noneKnown(List.of("tensorflow", "pytorch")))
        .hasMessage(
            "No engine is on the class path. Add the artifact of one, such as"
                + " dev.espalier:espalier-engine-tensorflow, and its native library. [ESP-501]");
  }
}
