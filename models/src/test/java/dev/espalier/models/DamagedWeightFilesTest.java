package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.testkit.file.FileFuzzing;
import dev.espalier.testkit.file.FileFuzzing.Example;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a file of any format, it is read or refused. {@code benchmarks/run-fuzz} does
 * the same with many more files.
 */
class DamagedWeightFilesTest {
  private static final long LARGEST_FILE = 120_000;

  @TempDir private Path folder;

  @Test
  void damagedFilesAreReadOrRefused() {
    PluginRegistry registry = PluginRegistry.discover();
    List<Example> examples = new ArrayList<>();
    for (String files : List.of("keras", "weights")) {
      examples.addAll(Example.ofFolder(Path.of("src/test/resources", files), LARGEST_FILE));
    }
    Path weights = Path.of("../weights/src/test/resources");
    examples.addAll(Example.ofFolder(weights.resolve("h5"), LARGEST_FILE));
    for (String format : List.of("numpy", "pytorch", "tensorflow")) {
      examples.addAll(
          Example.ofFolder(weights.resolve("dev/espalier/weights").resolve(format), LARGEST_FILE));
    }
    Path ours = folder.resolve("ours.safetensors");
    Path keras = Path.of("src/test/resources/keras/cnn.keras");
    ModelFile.save(ours, ModelFile.read(keras, registry).model());
    examples.add(new Example(ours, List.of()));

    FileFuzzing.Result result =
        FileFuzzing.run(
            examples,
            150,
            1,
            file -> {
              if (file.toString().endsWith(".keras") || file.endsWith("ours.safetensors")) {
                ModelFile.read(file, registry);
              }
              registry.readWeights(file);
            });

    assertThat(result.failures()).isEmpty();
    assertThat(result.read()).as("what is damaged in a harmless way").isGreaterThan(5);
    assertThat(result.refused()).isGreaterThan(75);
    assertThat(result.slowest()).contains(" with damage ");
  }
}
