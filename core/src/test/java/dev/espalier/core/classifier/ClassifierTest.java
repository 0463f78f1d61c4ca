package dev.espalier.core.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.activation.Activation;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.core.internal.classifier.ImageViews;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.ImageReader;
import dev.espalier.data.Sample;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.plugin.Plugin;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.training.TrainingConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ClassifierTest {
  private static final int SIDE = 8;
  private static final List<String> CLASSES = List.of("red", "green", "blue");

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

    @Override
    public List<ImageReader> imageReaders() {
      return List.of(new NumberedImages());
    }
  }

  /** Makes the image whose number is the name of the file. */
  private record NumberedImages() implements ImageReader {
    @Override
    public Image read(Path file) {
      return decode(new byte[0], file.getFileName().toString());
    }

    @Override
    public Image decode(byte[] bytes, String origin) {
      if (!origin.matches("[0-9]+")) {
        throw new EspalierException(
            ErrorCode.INVALID_IMAGE, origin + " is not an image.", "Give a number.");
      }
      return image(Integer.parseInt(origin), SIDE, SIDE);
    }
  }

  private static PluginRegistry registry() {
    return PluginRegistry.builder().add(new TestPlugin()).build();
  }

  private static Image image(int number, int height, int width) {
    RandomStream random = RandomKey.ofSeed(5).with(number).stream();
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(100) + (i % 3 == number % 3 ? 150 : 0));
    }
    return Image.wrap(height, width, 3, pixels);
  }

  private static Dataset data(int count, int height, int width) {
    return Datasets.of(
        "colours",
        CLASSES,
        IntStream.range(0, count)
            .mapToObj(i -> new Sample(image(i, height, width), i % 3))
            .toList());
  }

  private static Model network(Activation last) {
    return Sequential.of(
            Input.image(SIDE, SIDE, 3),
            Rescaling.of(1 / 255.0).named("scale"),
            Conv2D.of(6, 3).activation(Activation.RELU).named("conv"),
            GlobalAveragePooling2D.create().named("pool"),
            Dense.of(3).activation(last).named("head"))
        .withClassNames(CLASSES);
  }

  /** Trains for a moment, so that the scores of images differ. */
  private static Model trained(Model network, Dataset data) {
    TrainingConfig config =
        TrainingConfig.of(
            c -> c.optimizer(Sgd.of(0.5)).loss(Losses.sparseCategoricalCrossentropy()).seed(3));
    try (Trainer trainer = Trainer.of(network, config, registry())) {
      trainer.fit(data, fit -> fit.epochs(4).batchSize(6));
      return trainer.model();
    }
  }

  private static Model trained() {
    return trained(network(Activation.SOFTMAX), data(12, SIDE, SIDE));
  }

  private static Classifier open(Model model) {
    return Classifier.of(model, ClassifierOptions.defaults(), registry());
  }

  private static float[] validated(Model model, Dataset data, int sample) {
    try (Trainer trainer = Trainer.of(model, TrainingConfig.of(config -> {}), registry())) {
      return trainer.predict(data).row(sample);
    }
  }

  @Test
  void anAnswerEqualsThePredictionOfTheTrainer() {
    Model model = trained();
    Dataset data = data(5, SIDE, SIDE);
    try (Classifier classifier = open(model)) {
      for (int i = 0; i < data.size(); i++) {
        Classification answer = classifier.classify(data.get(i).image());
        assertThat(answer.scores()).containsExactly(validated(model, data, i), offset(1e-6f));
        assertThat(answer.className()).isEqualTo(CLASSES.get(i % 3));
        assertThat(answer.classes()).containsExactly(answer.best());
      }
    }
  }

  @Test
  void anImageOfTheSizeOfTheTrainingIsResizedAsInValidation() {
    Dataset large = data(12, 11, 13);
    Model model = trained(network(Activation.SOFTMAX), large);

    assertThat(model.inferenceSettings().imageSize()).isEqualTo(new Size2d(11, 13));
    ModelFile.save(folder.resolve("model.safetensors"), model);
    Model read = ModelFile.read(folder.resolve("model.safetensors"), registry()).model();
    assertThat(read.inferenceSettings()).isEqualTo(model.inferenceSettings());
    try (Classifier classifier = open(read)) {
      assertThat(classifier.classify(large.get(4).image()).scores())
          .containsExactly(validated(model, large, 4), offset(1e-6f));
    }
  }

  @Test
  void anImageOfAnotherSizeIsResizedAsAmongImagesOfManySizes() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      samples.add(new Sample(image(i, 9 + i, 12 - i), i % 3));
    }
    Dataset mixed = Datasets.of("mixed", CLASSES, samples);
    Model model = trained();
    try (Classifier classifier = open(model)) {
      for (int i = 0; i < 6; i++) {
        assertThat(classifier.classify(mixed.get(i).image()).scores())
            .containsExactly(validated(model, mixed, i), offset(1e-6f));
      }
    }
  }

  @Test
  void manyThreadsGetTheAnswersOfOne() throws InterruptedException {
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    ClassifierOptions options =
        ClassifierOptions.of(
            o -> o.batchSize(8).listener((images, waiting, time) -> batches.add(images)));
    try (Classifier classifier = Classifier.of(trained(), options, registry())) {
      List<float[]> expected =
          IntStream.range(0, 10)
              .mapToObj(i -> classifier.classify(image(i, SIDE, SIDE)).scores())
              .toList();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        int start = t;
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    int number = (start + i) % 10;
                    float[] scores = classifier.classify(image(number, SIDE, SIDE)).scores();
                    for (int k = 0; k < 3; k++) {
                      if (Math.abs(scores[k] - expected.get(number)[k]) > 1e-6) {
                        wrong.add("image " + number);
                      }
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10 + 16 * 50);
    assertThat(batches).allMatch(size -> size <= 8);
  }

  @Test
  void imagesThatWaitAreComputedTogether() {
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    ClassifierOptions options =
        ClassifierOptions.of(
            o ->
                o.batchSize(4)
                    .batchWait(Duration.ofSeconds(20))
                    .listener((images, waiting, time) -> batches.add(images)));
    try (Classifier classifier = Classifier.of(trained(), options, registry())) {
      List<Image> images = IntStream.range(0, 8).mapToObj(i -> image(i, SIDE, SIDE)).toList();
      assertThat(classifier.classify(images))
          .extracting(Classification::className)
          .containsExactly("red", "green", "blue", "red", "green", "blue", "red", "green");
    }
    assertThat(batches).containsExactly(4, 4);
  }

  @Test
  void severalImagesAreNotWaitedForLongerThanTheTimeout() {
    ClassifierOptions options =
        ClassifierOptions.of(
            o -> o.batchSize(4).batchWait(Duration.ofSeconds(20)).timeout(Duration.ofMillis(50)));
    try (Classifier classifier = Classifier.of(trained(), options, registry())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.classify(List.of(image(0, SIDE, SIDE))))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMED_OUT));
    }
  }

  @Test
  void aCancelledRequestMakesRoomForAnother() {
    Model model = trained(network(Activation.SOFTMAX), data(12, 11, 13));
    ClassifierOptions options =
        ClassifierOptions.of(o -> o.batchSize(2).batchWait(Duration.ofSeconds(20)).queueLimit(1));
    CompletableFuture<Classification> inBatch;
    CompletableFuture<Classification> another;
    try (Classifier classifier = Classifier.of(model, options, registry())) {
      // Images of another size cannot join the batch that waits for a second one.
      inBatch = classifier.classifyAsync(image(0, SIDE, SIDE));
      while (classifier.waiting() > 0) {
        Thread.onSpinWait();
      }
      var waits = classifier.classifyAsync(image(1, 11, 13));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.classify(image(2, 11, 13)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLASSIFIER_BUSY));
      waits.cancel(false);
      another = classifier.classifyAsync(image(2, 11, 13));
    }
    // Closing ends the wait for a full batch and answers what was accepted.
    assertThat(inBatch.join().className()).isEqualTo("red");
    assertThat(another.join().className()).isEqualTo("blue");
  }

  @Test
  void severalSessionsComputeAtTheSameTime() {
    Model model = trained();
    ClassifierOptions options = ClassifierOptions.of(o -> o.sessions(2).batchSize(2));
    try (Classifier classifier = Classifier.of(model, options, registry());
        Stream<Classification> answers = classifier.classify(data(9, SIDE, SIDE))) {
      assertThat(answers.map(Classification::className))
          .containsExactly("red", "green", "blue", "red", "green", "blue", "red", "green", "blue");
    }
  }

  @Test
  void anUnreadableFileDoesNotAffectTheOthers() {
    try (Classifier classifier = open(trained());
        Stream<FileClassification> answers =
            classifier.classifyFiles(List.of(Path.of("0"), Path.of("notes.txt"), Path.of("2")))) {
      List<FileClassification> all = answers.toList();
      assertThat(all.get(0).orThrow().className()).isEqualTo("red");
      assertThat(all.get(2).orThrow().className()).isEqualTo("blue");
      assertThat(all.get(1).classification()).isNull();
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(all.get(1)::orThrow)
          .withMessageContaining("notes.txt is not an image");
      assertThat(classifier.classify(Path.of("1")).className()).isEqualTo("green");
    }
  }

  @Test
  void aTemperatureSoftensTheScoresAndKeepsTheirOrder() {
    Model model = trained();
    Image image = image(0, SIDE, SIDE);
    float[] sharp;
    try (Classifier classifier = open(model)) {
      sharp = classifier.classify(image).scores();
    }
    double sum = 0;
    for (float score : sharp) {
      sum += Math.sqrt(score);
    }
    try (Classifier classifier =
        open(model.withInferenceSettings(model.inferenceSettings().withTemperature(2)))) {
      float[] soft = classifier.classify(image).scores();
      for (int i = 0; i < 3; i++) {
        assertThat((double) soft[i]).isEqualTo(Math.sqrt(sharp[i]) / sum, offset(1e-6));
      }
    }
  }

  @Test
  void theScoresOfTheViewsOfAnImageAreAveraged() {
    Model model = trained();
    Image image = image(4, 16, 24);
    try (Classifier single = open(model);
        Classifier several =
            Classifier.of(
                model, ClassifierOptions.of(o -> o.views(10).queueLimit(10)), registry())) {
      float[] mean = new float[CLASSES.size()];
      for (Image view : ImageViews.of(image, 10)) {
        float[] scores = single.classify(view).scores();
        for (int i = 0; i < mean.length; i++) {
          mean[i] += scores[i] / 10;
        }
      }
      several.warmUp();
      assertThat(several.classify(image).scores()).containsExactly(mean, offset(1e-6f));
      assertThat(several.classify(List.of(image, image(5, 8, 8), image))).hasSize(3);
    }
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ClassifierOptions.of(o -> o.views(3)))
        .withMessageContaining("The number of views is 3. Give 1, 2, 5 or 10.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ClassifierOptions.of(o -> o.views(10).queueLimit(5)))
        .withMessageContaining("The queue limit is 5.");
  }

  @Test
  void anImageWithoutAGoodScoreIsUnknown() {
    Model model = trained();
    try (Classifier classifier =
        open(model.withInferenceSettings(model.inferenceSettings().withUnknownBelow(0.9999)))) {
      Classification answer = classifier.classify(image(0, SIDE, SIDE));
      assertThat(answer.isUnknown()).isTrue();
      assertThat(answer.classes()).isEmpty();
      assertThat(answer.className()).isEqualTo("red");
    }
  }

  @Test
  void aMultiLabelModelGivesTheClassesAboveItsThreshold() {
    Model model =
        network(Activation.SIGMOID)
            .withMatchingWeights(
                Weights.of(
                    Map.of(
                        "head/kernel", HostArray.wrap(Shape.of(6, 3), new float[18]),
                        "head/bias", HostArray.wrap(Shape.of(3), 0f, 2f, -1f))));
    Image image = image(0, SIDE, SIDE);
    try (Classifier classifier = open(model)) {
      assertThat(classifier.classify(image).classes())
          .extracting(score -> score.className())
          .containsExactly("green");
      assertThat(classifier.classify(image).isUnknown()).isFalse();
    }
    try (Classifier classifier =
        open(model.withInferenceSettings(model.inferenceSettings().withThreshold(0.2)))) {
      assertThat(classifier.classify(image).classes())
          .extracting(score -> score.className())
          .containsExactly("green", "red", "blue");
    }
  }

  @Test
  void featuresAreTheOutputOfALayer() {
    Model model = trained();
    Dataset data = data(3, SIDE, SIDE);
    HostArray expected;
    try (Trainer trainer = Trainer.of(model, TrainingConfig.of(config -> {}), registry())) {
      expected =
          trainer.featurize(data, "pool", dev.espalier.training.EvaluationOptions.defaults());
    }
    try (Classifier classifier = open(model)) {
      assertThat(classifier.features(data.get(2).image(), "pool").toFloats())
          .containsExactly(expected.rows(2, 3).toFloats(), offset(1e-6f));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.features(data.get(0).image(), "pol"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_LAYER));
    }
  }

  @Test
  void anImageWithOtherChannelsIsRefused() {
    try (Classifier classifier = open(network(Activation.SOFTMAX))) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.classify(Image.wrap(2, 2, 1, new byte[4])))
          .withMessageContaining("The image has 1 channels; the model \"sequential\" takes 3.")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_IMAGE));
    }
  }

  @Test
  void anInterruptedCallFailsAndDoesNotAffectTheOthers() {
    try (Classifier classifier = open(network(Activation.SOFTMAX))) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> classifier.classify(image(0, SIDE, SIDE)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(classifier.classify(image(0, SIDE, SIDE)).scores()).hasSize(3);
    }
  }

  @Test
  void aModelTrainedOnImagesOfItsOwnSizeIsWarmedUp() {
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    Model model = trained();
    assertThat(model.inferenceSettings().imageSize()).isEqualTo(new Size2d(SIDE, SIDE));
    ClassifierOptions options =
        ClassifierOptions.of(
            o -> o.batchSize(4).listener((images, waiting, time) -> batches.add(images)));
    try (Classifier classifier = Classifier.of(model, options, registry())) {
      classifier.warmUp();
    }
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1 + 4);
  }

  @Test
  void aClosedClassifierRefusesImages() {
    Classifier classifier = open(network(Activation.SOFTMAX));
    classifier.warmUp();
    var accepted = classifier.classifyAsync(image(0, SIDE, SIDE));
    classifier.close();
    classifier.close();
    assertThat(accepted.join().scores()).hasSize(3);
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> classifier.classify(image(0, SIDE, SIDE)))
        .withMessageContaining("The classifier is closed.")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void aModelWithoutImagesAloneIsRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ClassifierOptions.of(options -> options.batchSize(0)))
        .withMessageContaining("The batch size is 0. Give 1 or more.");
  }
}
