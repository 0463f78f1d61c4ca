package dev.espalier.benchmarks;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.error.EspalierException;
import dev.espalier.testkit.file.FileFuzzing;
import dev.espalier.testkit.file.FileFuzzing.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Damages the weight files and models in the tests' resources, of all formats, and reads them.
 * Arguments: the root of the repository, the number of damaged files, and the number of the first.
 */
public final class WeightFuzzing {
  private static final long LARGEST_FILE = 400_000;

  private static final List<String> FOLDERS =
      List.of(
          "models/src/test/resources/weights",
          "models/src/test/resources/keras",
          "weights/src/test/resources/h5",
          "weights/src/test/resources/dev/espalier/weights/numpy",
          "weights/src/test/resources/dev/espalier/weights/pytorch",
          "weights/src/test/resources/dev/espalier/weights/tensorflow");

  private WeightFuzzing() {}

  /** Runs it, and exits with 1 if a file was neither read nor refused, or took too much. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    long first = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    PluginRegistry registry = PluginRegistry.discover();
    List<Example> examples = new ArrayList<>();
    for (String folder : FOLDERS) {
      examples.addAll(Example.ofFolder(root.resolve(folder), LARGEST_FILE));
    }
    Path ours = Files.createTempDirectory("intact").resolve("model.safetensors");
    ModelFile model =
        ModelFile.read(root.resolve("models/src/test/resources/keras/cnn.keras"), registry);
    ModelFile.save(ours, model.model(), List.of(), java.util.Map.of());
    examples.add(new Example(ours, List.of()));
    FileFuzzing.Result result =
        FileFuzzing.run(examples, count, first, file -> read(registry, file));
    result.failures().forEach(System.out::println);
    System.out.printf(
        Locale.ROOT,
        "%d files of %d examples: %d read, %d refused, %d failures; at most %d ms of processor"
            + " time (%s) and %d MiB a file%n",
        count,
        examples.size(),
        result.read(),
        result.refused(),
        result.failures().size(),
        result.longestMillis(),
        result.slowest(),
        result.mostMegabytes());
    System.exit(result.failures().isEmpty() ? 0 : 1);
  }

  /** Reads a file as weights and as a model. */
  private static void read(PluginRegistry registry, Path file) {
    try {
      registry.readWeights(file);
    } finally {
      try {
        ModelFile.read(file, registry);
      } catch (EspalierException e) {
        // Most files have weights alone.
      }
    }
  }
}
