package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callbacks.ReduceLrOnPlateau;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.Tensor;
import dev.espalier.layer.Activation;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Layer;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.models.Graft;
import dev.espalier.models.keras.KerasLegacyHdf5;
import dev.espalier.training.Losses;
import dev.espalier.training.Metrics;
import dev.espalier.training.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps the documents true: what they show compiles, and what they list is complete. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");

  /**
   * The README shows this method's body; it is compiled here and run by the command line's tests.
   */
  static void fineTuning(Path weightFile, Dataset train, Dataset test, Image picture) {
    // readme:fine-tuning
    Model base =
        EfficientNetV2.b0()
            .includeTop(false)
            .imageSize(128)
            .weights(KerasLegacyHdf5.load(weightFile))
            .build();
    Model model =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(100, Activation.SOFTMAX)
            .build();
    try (Trainer trainer =
        Trainer.of(
            model,
            config ->
                config
                    .engine("tensorflow")
                    .optimizer(Sgd.of(0.2).momentum(0.1).nesterov())
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      trainer.fit(
          train,
          fit ->
              fit.epochs(10)
                  .batchSize(64)
                  .validation(test)
                  .callbacks(ReduceLrOnPlateau.on("val_loss").factor(0.2).patience(5).minLr(1e-4)));
      trainer.changeModel(grafted -> Graft.unfreezeAllButBatchNorms(grafted, base));
      trainer.changeOptimizer(Sgd.of(0.005));
      trainer.fit(train, fit -> fit.epochs(4).batchSize(64).validation(test));
      System.out.println(trainer.predict(List.of(picture)).topK(0, 5));
    }
    // readme:end
  }

  // readme:layer
  record Scale(double factor) implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      return context.ops().multiply(inputs[0], factor);
    }
  }

  // readme:end

  @Test
  void readmeShowsCodeThatCompiles() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme).contains(region("fine-tuning"), region("layer"));
  }

  @Test
  void everyErrorCodeIsExplained() throws IOException {
    String errors = Files.readString(ROOT.resolve("docs/errors.md"));
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(errors).contains("| " + code.id() + " | `" + code.name() + "` |");
    }
  }

  private static String region(String name) throws IOException {
    String source = Files.readString(Path.of("src/test/java/dev/espalier/cli/DocumentsTest.java"));
    String start = "// readme:" + name + "\n";
    String text = source.substring(source.indexOf(start) + start.length());
    return text.substring(0, text.indexOf("// readme:end")).stripTrailing().stripIndent();
  }
}
