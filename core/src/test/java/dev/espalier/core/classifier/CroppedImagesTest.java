package dev.espalier.core.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.internal.classifier.ImageViews;
import dev.espalier.data.CroppedResizing;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.ImageResizing;
import dev.espalier.data.Sample;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.plugin.Plugin;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.training.TrainingConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that takes the center of images takes it in training, validation and applications. */
@Tag("native")
class CroppedImagesTest {
  private static final int SIDE = 8;
  private static final CroppedResizing RULE = CroppedResizing.of("bicubic 0.75");

  @TempDir private Path folder;

  private record TestPlugin() implements Plugin {
    @Override
    public String id() {
      return "test";
    }

    @Override
    public List<EngineProvider> engines() {
      return List.of(new TensorFlowEngineProvider());
    }
  }

  private static PluginRegistry registry() {
    return PluginRegistry.builder().add(new TestPlugin()).build();
  }

  private static Image image(int number, int height, int width) {
    RandomStream random = RandomKey.ofSeed(7).with(number).stream();
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return Image.wrap(height, width, 3, pixels);
  }

  private static Dataset data(boolean oneSize) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      samples.add(new Sample(oneSize ? image(i, 12, 15) : image(i, 9 + i, 16 - i), i % 3));
    }
    return Datasets.of("images", List.of("a", "b", "c"), samples);
  }

  private static Dataset changed(Dataset data, UnaryOperator<Image> change) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      samples.add(data.get(i).withImage(change.apply(data.get(i).image())));
    }
    return Datasets.of("changed", data.classNames(), samples);
  }

  /** Each pixel counts, so that no other crop gives the same scores. */
  private static Model network() {
    return Sequential.of(
        Input.image(SIDE, SIDE, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        Conv2D.of(2, 3).named("conv"),
        Flatten.create().named("flat"),
        Dense.of(3).activation(Activation.SOFTMAX).named("head"));
  }

  private static Model cropping() {
    Model model = network();
    return model.withInferenceSettings(model.inferenceSettings().withResizing(RULE));
  }

  private static Model trained(Model model, Dataset data) {
    TrainingConfig config =
        TrainingConfig.of(
            c -> c.optimizer(Sgd.of(0.1)).loss(Losses.sparseCategoricalCrossentropy()).seed(3));
    try (Trainer trainer = Trainer.of(model, config, registry())) {
      trainer.fit(data, fit -> fit.epochs(2).batchSize(3));
      return trainer.model();
    }
  }

  private static float[][] predicted(Model model, Dataset data) {
    float[][] rows = new float[data.size()][];
    try (Trainer trainer = Trainer.of(model, TrainingConfig.of(config -> {}), registry())) {
      for (int i = 0; i < rows.length; i++) {
        rows[i] = trainer.predict(data).row(i);
      }
    }
    return rows;
  }

  private static Classifier open(Model model, int views) {
    return Classifier.of(model, ClassifierOptions.of(o -> o.views(views)), registry());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainingTakesTheCenter(boolean oneSize) {
    Dataset data = data(oneSize);
    Dataset centers = changed(data, image -> RULE.apply(image, SIDE, SIDE));
    Model model = trained(cropping(), data);
    assertThat(model.weights()).isEqualTo(trained(network(), centers).weights());
    Dataset whole = changed(data, image -> ImageResizing.bilinear(image, SIDE, SIDE));
    assertThat(model.weights()).isNotEqualTo(trained(network(), whole).weights());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anApplicationGetsTheScoresOfTheValidation(boolean oneSize) {
    Dataset data = data(oneSize);
    Path file = folder.resolve("model.safetensors");
    ModelFile.save(file, trained(cropping(), data));
    Model model = ModelFile.read(file, registry()).model();
    assertThat(model.inferenceSettings().resizing()).isEqualTo(RULE);
    float[][] validated = predicted(model, data);
    float[][] centers =
        predicted(
            model.withInferenceSettings(network().inferenceSettings()),
            changed(data, image -> RULE.apply(image, SIDE, SIDE)));
    try (Classifier classifier = open(model, 1)) {
      for (int i = 0; i < data.size(); i++) {
        assertThat(validated[i]).containsExactly(centers[i], offset(1e-6f));
        assertThat(classifier.classify(data.get(i).image()).scores())
            .containsExactly(validated[i], offset(1e-6f));
      }
    }
  }

  @Test
  void anImageInTheSizeOfTheInputIsTakenAsItIsEverywhere() {
    Dataset ready = changed(data(true), image -> ImageResizing.bilinear(image, SIDE, SIDE));
    Model model = trained(cropping(), ready);
    assertThat(model.weights()).isEqualTo(trained(network(), ready).weights());
    try (Classifier classifier = open(model, 1)) {
      assertThat(classifier.classify(ready.get(2).image()).scores())
          .containsExactly(predicted(model, ready)[2], offset(1e-6f));
    }
  }

  /** A part of an image is a crop already: taking its center would cut off twice. */
  @Test
  void viewsOfPartsAreNotCroppedAgain() {
    Model model = trained(cropping(), data(false));
    Image image = image(3, 20, 26);
    List<Sample> parts = new ArrayList<>();
    for (Image part : ImageViews.of(image, 5)) {
      parts.add(new Sample(RULE.ofWholeImage().apply(part, SIDE, SIDE), 0));
    }
    float[][] rows = predicted(model, Datasets.of("parts", List.of("a", "b", "c"), parts));
    float[] mean = new float[3];
    for (float[] row : rows) {
      for (int i = 0; i < 3; i++) {
        mean[i] += row[i] / 5;
      }
    }
    try (Classifier classifier = open(model, 5)) {
      assertThat(classifier.classify(image).scores()).containsExactly(mean, offset(1e-6f));
    }
  }

  @Test
  void aHeatMapCoversWhatTheModelSaw() {
    Model model = trained(cropping(), data(false));
    try (Classifier classifier = open(model, 1)) {
      // 12x20 pixels become 10x16, of which the model sees 8x8.
      HeatMap.Part part = classifier.explain(image(1, 12, 20), 0, "conv").part();
      assertThat(part.top()).isEqualTo(0.1, within(1e-9));
      assertThat(part.left()).isEqualTo(0.25, within(1e-9));
      assertThat(part.height()).isEqualTo(0.8, within(1e-9));
      assertThat(part.width()).isEqualTo(0.5, within(1e-9));
      assertThat(classifier.explain(image(1, SIDE, SIDE), 0, "conv").part())
          .isEqualTo(HeatMap.Part.WHOLE);
    }
    HeatMap map =
        new HeatMap(
            HostArray.wrap(Shape.of(1, 1), 1f), 0, "conv", new HeatMap.Part(0.25, 0, 0.5, 0.5));
    Image drawn = map.over(Image.wrap(4, 4, 1, new byte[16]));
    assertThat(drawn.at(1, 1, 0)).isGreaterThan(150);
    assertThat(drawn.at(2, 0, 0)).isGreaterThan(150);
    assertThat(drawn.at(0, 0, 0)).isZero();
    assertThat(drawn.at(3, 1, 0)).isZero();
    assertThat(drawn.at(1, 2, 0)).isZero();
  }

  @Test
  void aPartLiesWithinTheImage() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> new HeatMap.Part(0.5, 0, 0.6, 1))
        .withMessageContaining("is not in an image");
  }

  @Test
  void whatIsGraftedOrCutKeepsTheRule() {
    Model model =
        network()
            .withInferenceSettings(
                network().inferenceSettings().withResizing(RULE).withTemperature(2));
    Model cut = model.cutAt("conv");
    assertThat(cut.inferenceSettings().resizing()).isEqualTo(RULE);
    assertThat(cut.inferenceSettings().temperature()).isEqualTo(1);
    Model grafted = Graft.onto(cut).globalAveragePooling().build();
    assertThat(grafted.inferenceSettings()).isEqualTo(cut.inferenceSettings());
    assertThat(Graft.withoutClassifier(grafted).inferenceSettings().resizing()).isEqualTo(RULE);
  }
}
