package org.example.eca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.model.Model;
import dev.espalier.plugin.ModelRequest;
import dev.espalier.training.History;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that the plugin brings, by name, as a user has it. */
class TrainingTest implements ModelFiles {
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void theModelLearnsOnEachEngine(String engine) {
    Model model = REGISTRY.model("eca-net").create(ModelRequest.defaults().withClasses(2));
    Dataset data = redsAndGreens();
    Model trained;
    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .engine(engine)
                    .optimizer(Sgd.of(0.1))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      History history =
          trainer.fit(
              data,
              fit ->
                  fit.epochs(30)
                      .batchSize(8)
                      .validation(data)
                      .augmentations(REGISTRY.augmentations().create("darken"))
                      .callbacks(
                          REGISTRY.callbacks().create("stop-at-target", Map.of("target", "0.95")))
                      .verbosity(Verbosity.SILENT));
      assertThat(history.values("val_accuracy").get(history.values("val_accuracy").size() - 1))
          .isGreaterThanOrEqualTo(0.95);
      trained = trainer.model();
    }
    Model read = saveAndRead(trained, folder.resolve("eca.safetensors"));
    assertThat(read.weights().differences(trained.weights())).isEmpty();
  }

  private static Dataset redsAndGreens() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      byte[] pixels = new byte[32 * 32 * 3];
      random.nextBytes(pixels);
      for (int k = i % 2; k < pixels.length; k += 3) {
        pixels[k] = (byte) (200 + random.nextInt(56));
      }
      samples.add(new Sample(Image.wrap(32, 32, 3, pixels), i % 2));
    }
    return Datasets.of("colours", List.of("red", "green"), samples);
  }
}
