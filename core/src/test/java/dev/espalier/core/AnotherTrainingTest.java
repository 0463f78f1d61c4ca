package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.activation.Activation;
import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.Sample;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Tensor;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.metric.TopKCategoricalAccuracy;
import dev.espalier.optimizer.AdamW;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.optimizer.Optimizer;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomStream;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import dev.espalier.schedule.WarmUp;
import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.GradientAccumulation;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Checkpoints of a training that differs in nothing but its settings or its data. */
class AnotherTrainingTest extends InterruptedTraining {
  /** Nothing of it shows in the weights, the slots or the number of samples. */
  @Test
  void whatIsSetToSomethingElseIsNamed() {
    ScriptedEngine engine = new ScriptedEngine();
    TrainingConfig config =
        CONFIG.with(
            c ->
                c.optimizer(Sgd.of(CosineDecay.of(0.05, 40)).momentum(0.9))
                    .gradientClipping(GradientClipping.byNorm(1))
                    .metrics(Metrics.accuracy(), new TopKCategoricalAccuracy(2, "top_2")));
    Consumer<FitOptions.Builder> fitting =
        fit -> fit.augmentations(new Shift(3), NOISE).batchAugmentations(new Fade(0.5));
    assertPowerFailure(
        engine, config, fitting.andThen(fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1))));

    Map<String, UnaryOperator<TrainingConfig>> configs = new LinkedHashMap<>();
    Sgd sgd = Sgd.of(CosineDecay.of(0.05, 40)).momentum(0.9);
    configs.put("optimizer.momentum was 0.9 and is 0.8.", set(c -> c.optimizer(sgd.momentum(0.8))));
    configs.put(
        "optimizer.lookAhead was false and is true.", set(c -> c.optimizer(sgd.nesterov())));
    configs.put(
        "optimizer.weightDecay was 0.0 and is 0.1.", set(c -> c.optimizer(sgd.weightDecay(0.1))));
    configs.put(
        "optimizer.undecayed.0 was none and is bias.",
        set(c -> c.optimizer(sgd.excludeFromWeightDecay("bias"))));
    configs.put(
        "optimizer was Sgd and is AnotherTrainingTest$SameSlots.",
        set(c -> c.optimizer(new SameSlots(sgd))));
    configs.put(
        "optimizer.learningRate.decay.length was 40.0 and is 41.0.",
        set(c -> c.optimizer(Sgd.of(CosineDecay.of(0.05, 41)).momentum(0.9))));
    configs.put(
        "optimizer.learningRate.decay.unit was STEPS and is EPOCHS.",
        set(c -> c.optimizer(Sgd.of(CosineDecay.of(0.05, Span.epochs(40))).momentum(0.9))));
    configs.put(
        "optimizer.learningRate was CosineDecay and is ConstantLearningRate.",
        set(c -> c.optimizer(Sgd.of(0.05).momentum(0.9))));
    configs.put(
        "optimizer.learningRate was CosineDecay and is a lambda of AnotherTrainingTest.",
        set(c -> c.optimizer(Sgd.of(progress -> 0.05).momentum(0.9))));
    configs.put(
        "gradient-clipping.limit was 1.0 and is 2.0.",
        set(c -> c.gradientClipping(GradientClipping.byNorm(2))));
    configs.put(
        "gradient-clipping was GradientClipping$ByNorm and is GradientClipping$ByValue.",
        set(c -> c.gradientClipping(GradientClipping.byValue(1))));
    configs.put(
        "loss.labelSmoothing was 0.0 and is 0.1.",
        set(c -> c.loss(Losses.categoricalCrossentropy().labelSmoothing(0.1))));
    configs.put(
        "metrics.top_2.k was 2 and is 1.",
        set(c -> c.metrics(Metrics.accuracy(), new TopKCategoricalAccuracy(1, "top_2"))));
    configs.put(
        "metrics.top_2 was TopKCategoricalAccuracy and is none.",
        set(c -> c.metrics(Metrics.accuracy())));
    configs.put(
        "learning-rate-multipliers was none and is {\"*\":\"0.5\"}.",
        set(c -> c.learningRateMultipliers(Map.of("*", 0.5))));
    configs.put(
        "step was none and is GradientAccumulation.",
        set(c -> c.step(new GradientAccumulation(2))));
    configs.forEach(
        (difference, change) ->
            assertAnother(engine, difference, change.apply(config), fitting.andThen(fit -> {})));

    Map<String, Consumer<FitOptions.Builder>> fits = new LinkedHashMap<>();
    fits.put("augmentations.0.most was 3 and is 4.", fit -> fit.augmentations(new Shift(4), NOISE));
    fits.put(
        "augmentations.1 was a lambda of InterruptedTraining and is none.",
        fit -> fit.augmentations(new Shift(3)));
    fits.put(
        "batch-augmentations.0.part was 0.5 and is 0.25.",
        fit -> fit.batchAugmentations(new Fade(0.25)));
    fits.put(
        "class-weights was none and is ClassWeights$Balanced.",
        fit -> fit.classWeights(ClassWeights.balanced()));
    fits.put("validation.samples was 9 and is 8.", fit -> fit.validation(SmallImages.colours(8)));
    fits.put("validation.frequency was 1 and is 2.", fit -> fit.validationFrequency(2));
    fits.forEach(
        (difference, change) -> assertAnother(engine, difference, config, fitting.andThen(change)));
    assertAnother(engine, "validation", config, fitting.andThen(fit -> fit.validation(null)));
    assertThat(file()).as("the checkpoint is still there").exists();
    train(engine, config, fitting.andThen(fit -> fit.callbacks(backup(1))));
  }

  @Test
  void whatIsDifferentInsideOfAScheduleOrAnOptimizerIsNamed() {
    ScriptedEngine engine = new ScriptedEngine();
    LearningRateSchedule cosine = CosineDecay.of(0.05, Span.epochs(4));
    AdamW adam = AdamW.of(WarmUp.over(Span.steps(2), cosine));
    TrainingConfig config = CONFIG.with(c -> c.optimizer(adam));
    assertPowerFailure(engine, config, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    assertAnother(
        engine,
        "optimizer.adam.learningRate.then.decay.length was 4.0 and is 5.0.",
        config.with(
            c ->
                c.optimizer(
                    adam.learningRate(
                        WarmUp.over(Span.steps(2), CosineDecay.of(0.05, Span.epochs(5)))))),
        fit -> {});
    assertAnother(
        engine,
        "optimizer.adam.beta1 was 0.9 and is 0.8.",
        config.with(c -> c.optimizer(adam.beta1(0.8))),
        fit -> {});
    train(engine, config, fit -> fit.callbacks(backup(1)));
  }

  private static UnaryOperator<TrainingConfig> set(Consumer<TrainingConfig.Builder> settings) {
    return config -> config.with(settings);
  }

  private void assertAnother(
      ScriptedEngine engine,
      String difference,
      TrainingConfig config,
      Consumer<FitOptions.Builder> fitting) {
    int steps = engine.trainingSteps.size();
    assertThatThrownBy(
            () -> train(engine, config, fitting.andThen(fit -> fit.callbacks(backup(1)))))
        .as(difference)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING);
              assertThat(e.problem())
                  .startsWith("The checkpoint " + file() + " belongs to another training: ")
                  .contains(difference);
            });
    assertThat(engine.trainingSteps).as("nothing was trained").hasSize(steps);
  }

  /** Moves weights as another optimizer does, and keeps what it keeps. */
  private record SameSlots(Sgd like) implements Optimizer {
    @Override
    public String name() {
      return like.name();
    }

    @Override
    public LearningRateSchedule learningRate() {
      return like.learningRate();
    }

    @Override
    public void update(Update update, Tensor weight, Tensor gradient) {
      like.update(update, weight, gradient);
    }
  }

  /** Not a record, so that nothing but its class can be told of it. */
  private static final class Opaque implements Optimizer {
    private final SameSlots like;

    Opaque(Sgd like) {
      this.like = new SameSlots(like);
    }

    @Override
    public String name() {
      return like.name();
    }

    @Override
    public LearningRateSchedule learningRate() {
      return like.learningRate();
    }

    @Override
    public void update(Update update, Tensor weight, Tensor gradient) {
      like.update(update, weight, gradient);
    }
  }

  @Test
  void whatAnOptimizerKeepsIsComparedWhateverItSaysOfItself() {
    ScriptedEngine engine = new ScriptedEngine();
    Sgd sgd = Sgd.of(0.05).momentum(0.9);
    TrainingConfig config = CONFIG.with(c -> c.optimizer(new Opaque(sgd)));
    assertPowerFailure(engine, config, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    assertAnother(
        engine,
        "the optimizer kept stem_conv/kernel/momentum, and no longer does.",
        config.with(c -> c.optimizer(new Opaque(Sgd.of(0.05)))),
        fit -> {});
  }

  private record Shift(int most) implements Augmentation {
    @Override
    public Image apply(Image image, RandomStream random) {
      return image;
    }
  }

  private record Fade(double part) implements BatchAugmentation {
    @Override
    public ImageBatch apply(ImageBatch batch, RandomStream random) {
      return batch;
    }
  }

  @Test
  void otherDataIsNamed() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < IMAGES.size(); i++) {
      samples.add(IMAGES.get(i));
    }
    List<String> names = IMAGES.classNames();
    Map<String, Dataset> others = new LinkedHashMap<>();
    others.put("data.name was colours and is paints", Datasets.of("paints", names, samples));
    others.put(
        "data.class-names.1 was green and is blue; data.class-names.2 was blue and is green",
        Datasets.of("colours", List.of("red", "blue", "green"), samples));
    List<Sample> relabelled = new ArrayList<>(samples);
    relabelled.set(5, new Sample(samples.get(5).image(), 1));
    others.put("data.label-checksum was ", Datasets.of("colours", names, relabelled));
    List<Sample> repainted = new ArrayList<>(samples);
    repainted.set(0, new Sample(samples.get(3).image(), 0));
    others.put("data.image-checksum was ", Datasets.of("colours", names, repainted));
    List<Sample> oneRepainted = new ArrayList<>(samples);
    oneRepainted.set(5, new Sample(samples.get(8).image(), samples.get(5).labels()));
    others.put("data.content-checksum was ", Datasets.of("colours", names, oneRepainted));
    List<Sample> weighted = new ArrayList<>(samples);
    weighted.set(5, samples.get(5).withWeight(2));
    others.put("content-checksum was", Datasets.of("colours", names, weighted));
    others.forEach(
        (difference, dataset) -> {
          assertThatThrownBy(
                  () ->
                      fit(
                          engine,
                          dataset,
                          fit ->
                              fit.batchSize(BATCH)
                                  .verbosity(Verbosity.SILENT)
                                  .callbacks(backup(1))))
              .as(difference)
              .isInstanceOfSatisfying(
                  EspalierException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
              .hasMessageContaining(difference);
        });
  }

  /** Files may move with their folders; other files of the same number are other data. */
  @Test
  void filesAreComparedByNameAndFolder() {
    ScriptedEngine engine = new ScriptedEngine();
    Consumer<FitOptions.Builder> silent =
        fit -> fit.batchSize(BATCH).epochs(EPOCHS).verbosity(Verbosity.SILENT);
    assertThatThrownBy(
            () ->
                fit(
                    engine,
                    new InFiles("/home/me/pets"),
                    silent.andThen(fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)))))
        .hasMessageContaining("lights go out");
    assertThatThrownBy(
            () ->
                fit(
                    engine,
                    new InFiles("/home/me/pets", "other"),
                    silent.andThen(fit -> fit.callbacks(backup(1)))))
        .hasMessageContaining("data.file-checksum was ");
    fit(engine, new InFiles("/mnt/disk/pets"), silent.andThen(fit -> fit.callbacks(backup(1))));
  }

  /** Among many files, no image of one that was replaced need be read. */
  @Test
  void aFileThatWasReplacedIsNoticedByItsSize() throws IOException {
    ScriptedEngine engine = new ScriptedEngine();
    InFiles images = new InFiles(folder.resolve("pets").toString());
    for (int i = 0; i < images.size(); i++) {
      Path file = images.file(i);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "image " + i);
    }
    Consumer<FitOptions.Builder> silent =
        fit -> fit.batchSize(BATCH).epochs(EPOCHS).verbosity(Verbosity.SILENT).callbacks(backup(1));
    assertThatThrownBy(
            () ->
                fit(
                    engine,
                    images,
                    silent.andThen(fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)))))
        .hasMessageContaining("lights go out");
    Files.writeString(images.file(7), "another image");
    assertThatThrownBy(() -> fit(engine, images, silent))
        .hasMessageContaining("data.content-checksum was ");
    Files.writeString(images.file(7), "image 7");
    fit(engine, images, silent);
  }

  private static void fit(
      ScriptedEngine engine, Dataset dataset, Consumer<FitOptions.Builder> settings) {
    try (Trainer trainer = Trainer.of(SmallImages.network(), CONFIG, Engines.with(engine))) {
      trainer.fit(dataset, settings);
    }
  }

  private record InFiles(String place, String start) implements Dataset {
    InFiles(String place) {
      this(place, "image");
    }

    @Override
    public String name() {
      return "pets/train";
    }

    @Override
    public int size() {
      return IMAGES.size();
    }

    @Override
    public Sample get(int index) {
      return IMAGES.get(index);
    }

    @Override
    public List<String> classNames() {
      return IMAGES.classNames();
    }

    @Override
    public Path file(int index) {
      return Path.of(place, "train", "class", start + index + ".png");
    }
  }

  @Test
  void anotherLayerIsNamed() {
    ScriptedEngine engine = new ScriptedEngine();
    assertPowerFailure(engine, CONFIG, fit -> fit.callbacks(backup(1), PowerFailure.at(1, 1)));
    assertThatThrownBy(
            () -> {
              try (Trainer trainer =
                  Trainer.of(
                      SmallImages.network(Activation.SIGMOID), CONFIG, Engines.with(engine))) {
                trainer.fit(
                    IMAGES,
                    fit ->
                        fit.batchSize(BATCH)
                            .augmentations(NOISE)
                            .validation(SmallImages.colours(9))
                            .verbosity(Verbosity.SILENT)
                            .callbacks(backup(1)));
              }
            })
        .hasMessageContaining(
            "belongs to another training: layers.head.layer.activation was SOFTMAX and is SIGMOID.");
  }
}
