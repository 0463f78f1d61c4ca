package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.distributed.DistributedTrainer;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.core.distributed.WorkerDataset;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.core.distributed.WorkerTimes;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.Sample;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Strategy;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Adam;
import dev.espalier.optimizer.GradientClipping;
import dev.espalier.schedule.ExponentialDecay;
import dev.espalier.schedule.Span;
import dev.espalier.training.CacheFeatures;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Workers of a cluster train as one process with several devices does. */
@Tag("native")
class DistributedTrainingTest extends InterruptedTraining {
  /** Three workers get 3, 2 and 2 samples of a batch, and 1, 1 and 0 of the last. */
  private static final TrainingData DATA =
      TrainingData.of(() -> SmallImages.colours(16), () -> SmallImages.colours(5));

  static final WorkerSettings<TrainingConfig.Builder> SETTINGS =
      config ->
          config
              .engine("tensorflow")
              .seed(3)
              .optimizer(Adam.of(0.01))
              .gradientClipping(GradientClipping.byGlobalNorm(0.5))
              .loss(Losses.categoricalCrossentropy())
              .metrics(Metrics.accuracy());

  static final WorkerSettings<FitOptions.Builder> TWO_EPOCHS =
      fit -> fit.epochs(2).batchSize(7).augmentations(NOISE).verbosity(Verbosity.SILENT);

  private static Model frozenNormalization() {
    return SmallImages.network().freeze("*_bn");
  }

  /** As the model of the recipe {@code tutorial}: its head normalizes what the base gives. */
  private static Model normalizingHead() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Rescaling.of(1 / 255.0).named("scale"),
        Conv2D.of(4, 3).useBias(false).named("stem_conv"),
        BatchNormalization.create().named("stem_bn"),
        GlobalAveragePooling2D.create().named("pool"),
        BatchNormalization.create().momentum(0.8).named("head_bn"),
        Dropout.of(0.2).named("drop"),
        Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX).named("head"));
  }

  /** No layer with weights comes before the vectors, so that the whole step is of all samples. */
  private static Model normalizedPixels() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Flatten.create(),
        BatchNormalization.create().named("bn"),
        Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX).named("head"));
  }

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of("feature maps", SmallImages.network(), 2, 1),
        Arguments.of("frozen normalization", frozenNormalization(), 3, 2),
        Arguments.of("normalizing head", normalizingHead().freeze("stem_bn"), 3, 100),
        Arguments.of("normalized pixels", normalizedPixels(), 2, 100),
        Arguments.of("one worker", frozenNormalization(), 1, 2));
  }

  private static Result distributed(
      Model model,
      ThreadCluster cluster,
      WorkerSettings<FitOptions.Builder> fit,
      Consumer<DistributedOptions.Builder> options,
      Callback... callbacks) {
    try (DistributedTrainer trainer =
        DistributedTrainer.of(model, cluster, SETTINGS, DistributedOptions.of(options))) {
      History history = trainer.fit(DATA, fit, callbacks);
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  private static Result mirrored(
      Model model, int replicas, WorkerSettings<FitOptions.Builder> fit, Callback... callbacks) {
    Strategy strategy =
        Strategy.mirrored(Collections.nCopies(replicas, "cpu").toArray(new String[0]));
    TrainingConfig config = TrainingConfig.of(SETTINGS).with(more -> more.strategy(strategy));
    try (Trainer trainer = Trainer.of(model, config, Engines.reference())) {
      History history =
          trainer.fit(
              DATA.training().open(),
              fit,
              more -> more.validation(SmallImages.colours(5)).callbacks(callbacks));
      return new Result(trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  /** Weights and what was learned are equal; a validation is not divided in the same way. */
  private static void assertEqual(Result actual, Result expected) {
    assertThat(actual.weights().differences(expected.weights())).isEmpty();
    assertThat(actual.slots().differences(expected.slots())).isEmpty();
    assertThat(actual.history().keys()).isEqualTo(expected.history().keys());
    for (String name : expected.history().keys()) {
      List<Double> wanted = expected.history().values(name);
      for (int i = 0; i < wanted.size(); i++) {
        assertThat(actual.history().values(name).get(i))
            .as(name)
            .isEqualTo(wanted.get(i), within(name.startsWith("val_") ? 1e-6 : 0));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void workersGiveTheBitsOfMirroredDevices(String name, Model model, int workers, int round) {
    try (ThreadCluster cluster = new ThreadCluster(workers)) {
      Result several =
          distributed(model, cluster, TWO_EPOCHS, options -> options.stepsPerRound(round));
      assertEqual(several, mirrored(model, workers, TWO_EPOCHS));
      assertThat(several.history().values("loss")).doesNotHaveDuplicates();
    }
  }

  /** Each sample is mixed with one that another worker has. */
  @Test
  void batchesAreMixedBeforeTheyAreDivided() {
    WorkerSettings<FitOptions.Builder> mixed =
        fit -> {
          BatchAugmentation turned =
              (batch, random) -> {
                List<Image> images = new ArrayList<>(batch.images());
                Collections.rotate(images, 1 + random.nextInt(3));
                return new ImageBatch(images, batch.labels());
              };
          TWO_EPOCHS.accept(fit);
          fit.batchAugmentations(turned);
        };
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      assertEqual(
          distributed(frozenNormalization(), cluster, mixed, options -> {}),
          mirrored(frozenNormalization(), 2, mixed));
    }
  }

  @Test
  void aLearningRateFollowsItsScheduleWithinARound() {
    WorkerSettings<TrainingConfig.Builder> config =
        more -> {
          SETTINGS.accept(more);
          more.optimizer(Adam.of(ExponentialDecay.of(0.02, Span.steps(2), 0.5)));
        };
    List<History> histories = new ArrayList<>();
    for (int round : List.of(1, 100)) {
      try (ThreadCluster cluster = new ThreadCluster(2);
          DistributedTrainer trainer =
              DistributedTrainer.of(
                  frozenNormalization(),
                  cluster,
                  config,
                  DistributedOptions.of(options -> options.stepsPerRound(round)))) {
        histories.add(trainer.fit(DATA, TWO_EPOCHS));
      }
    }
    assertThat(histories.get(1)).isEqualTo(histories.get(0));
    assertThat(histories.get(0).values("learning_rate")).doesNotHaveDuplicates();
  }

  private static List<String> withoutNumbers(List<String> hooks) {
    return hooks.stream().map(hook -> hook.replaceAll("\\d+\\.\\d+(E-?\\d+)?", "x")).toList();
  }

  @Test
  void callbacksRunAsInOneProcess() {
    WorkerSettings<FitOptions.Builder> fit =
        more -> {
          TWO_EPOCHS.accept(more);
          more.epochs(6);
        };
    ScriptedTraining.Recorder one = new ScriptedTraining.Recorder();
    ScriptedTraining.Recorder several = new ScriptedTraining.Recorder();
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      Result expected = mirrored(frozenNormalization(), 2, fit, plateau(), stopping(), one);
      assertEqual(
          distributed(
              frozenNormalization(),
              cluster,
              fit,
              options -> options.stepsPerRound(1),
              plateau(),
              stopping(),
              several),
          expected);
      assertThat(withoutNumbers(several.hooks)).isEqualTo(withoutNumbers(one.hooks));
      assertThat(expected.history().values("learning_rate")).hasSize(5).contains(0.005f + 0.0);
    }
  }

  private static EarlyStopping stopping() {
    return EarlyStopping.on("val_loss").minDelta(10).patience(4).restoreBestWeights(true);
  }

  @ParameterizedTest
  @CsvSource({"100,1", "2,2"})
  void aLostWorkerDoesNotChangeTheResult(int round, int losses) {
    Result whole = mirrored(frozenNormalization(), 2, TWO_EPOCHS);
    try (ThreadCluster cluster = new ThreadCluster(2);
        DistributedTrainer trainer =
            DistributedTrainer.of(
                frozenNormalization(),
                cluster,
                SETTINGS,
                DistributedOptions.of(options -> options.stepsPerRound(round).restarts(2)))) {
      cluster.lose(4, losses);
      History history = trainer.fit(DATA, TWO_EPOCHS);
      assertEqual(new Result(trainer.weights(), trainer.optimizerSlots(), history), whole);
      assertThat(trainer.restarts()).isEqualTo(losses);
    }
  }

  @Test
  void aTrainingEndsWhenMoreWorkersAreLostThanItMayRestart() {
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      cluster.lose(1, 3);
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () ->
                  distributed(
                      frozenNormalization(), cluster, TWO_EPOCHS, options -> options.restarts(2)))
          .withMessageContaining("A thread was lost.")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKER_LOST));
    }
  }

  @Test
  void aTrainingResumesFromACheckpointWithAnyNumberOfWorkers() {
    Result whole = mirrored(frozenNormalization(), 2, TWO_EPOCHS);
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () ->
                  distributed(
                      frozenNormalization(),
                      cluster,
                      TWO_EPOCHS,
                      options -> options.stepsPerRound(1),
                      backup(1),
                      PowerFailure.at(1, 1)))
          .withMessageContaining("the lights go out");
      assertThat(file()).exists();
      assertEqual(
          distributed(frozenNormalization(), cluster, TWO_EPOCHS, options -> {}, backup(1)), whole);
    }
  }

  /** Whose sixth sample is damaged, and belongs to the second worker. */
  private static Dataset damaged() {
    return changed(
        index -> {
          if (index == 5) {
            throw new EspalierException(ErrorCode.INVALID_IMAGE, "It is damaged.", "Remove it.");
          }
        });
  }

  /** Of whose batches of eight the second worker waits for each sample. */
  private static Dataset skewed() {
    return changed(
        index -> {
          try {
            Thread.sleep(index % 8 < 4 ? 0 : 100);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /**
   * Returns the usual samples.
   *
   * @param reading called with the index of each before it is read
   */
  private static Dataset changed(IntConsumer reading) {
    Dataset whole = SmallImages.colours(16);
    return new Dataset() {
      @Override
      public String name() {
        return whole.name();
      }

      @Override
      public int size() {
        return whole.size();
      }

      @Override
      public Sample get(int index) {
        reading.accept(index);
        return whole.get(index);
      }

      @Override
      public List<String> classNames() {
        return whole.classNames();
      }
    };
  }

  @Test
  void whatFailsOnAWorkerIsSaidWithItsNameAndNotTriedAgain() {
    WorkerSettings<FitOptions.Builder> inOrder =
        fit -> fit.batchSize(8).shuffle(false).verbosity(Verbosity.SILENT);
    try (ThreadCluster cluster = new ThreadCluster(2);
        DistributedTrainer trainer =
            DistributedTrainer.of(
                frozenNormalization(), cluster, SETTINGS, DistributedOptions.defaults())) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> trainer.fit(TrainingData.of(() -> damaged()), inOrder))
          .withMessage(
              "Worker 2 of 2, thread 1: Sample 5 of \"colours\": It is damaged. Remove it."
                  + " [ESP-304]");
      assertThat(trainer.restarts()).isZero();
      assertThat(trainer.fit(DATA, inOrder).epochs()).hasSize(1);
    }
  }

  private static void assertRefused(
      WorkerSettings<TrainingConfig.Builder> config,
      WorkerSettings<FitOptions.Builder> fit,
      WorkerDataset source,
      String message,
      Callback... callbacks) {
    try (ThreadCluster cluster = new ThreadCluster(3)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(
              () -> {
                try (DistributedTrainer trainer =
                    DistributedTrainer.of(
                        frozenNormalization(), cluster, config, DistributedOptions.defaults())) {
                  trainer.fit(TrainingData.of(source), fit, callbacks);
                }
              })
          .withMessageContaining(message);
    }
  }

  @Test
  void whatCannotBeDistributedIsRefused() {
    WorkerDataset source = DATA.training();
    assertRefused(
        SETTINGS,
        fit -> fit.batchSize(2),
        source,
        "A batch of 2 has fewer samples than there are workers: 3. The batch size is that of all"
            + " workers together: set a larger one, or use fewer workers.");
    assertRefused(
        SETTINGS,
        fit -> fit.callbacks(EarlyStopping.on("loss")),
        source,
        "Callbacks are among the settings that are made on each worker. Give them to fit");
    assertRefused(
        SETTINGS,
        fit -> fit.validation(SmallImages.colours(3)),
        source,
        "Validation data are among the settings of the training. Give fit a source of them");
    assertRefused(
        SETTINGS,
        fit -> fit.cacheFeatures(CacheFeatures.ON),
        source,
        "Features cannot be cached on a cluster.");
    assertRefused(
        config -> config.engine("tensorflow").strategy(Strategy.mirrored("cpu", "cpu")),
        fit -> {},
        source,
        "A worker trains on one device, but several are set. Set device instead of devices");
    assertRefused(
        config -> config.engine("tensorflow").precision(Precision.FLOAT16),
        fit -> {},
        source,
        "Workers compute in float32, but the precision is float16. Set the precision to float32");
    Dataset here = SmallImages.colours(16);
    assertRefused(
        SETTINGS,
        fit -> {},
        () -> here,
        "Settings or data of the training cannot be sent to workers:"
            + " java.io.NotSerializableException: "
            + here.getClass().getName());
    Callback observer =
        new Callback() {
          @Override
          public BatchObservation observedBatch() {
            return BatchObservation.ofGradients("*");
          }
        };
    assertRefused(
        SETTINGS,
        fit -> {},
        source,
        "A callback observes images or gradients of batches, which are on the workers.",
        observer);
  }

  @Test
  void theTimesOfStepsAreThoseOfEachWorker() {
    try (ThreadCluster cluster = new ThreadCluster(2);
        DistributedTrainer trainer =
            DistributedTrainer.of(
                frozenNormalization(), cluster, SETTINGS, DistributedOptions.defaults())) {
      trainer.fit(DATA, TWO_EPOCHS);
      assertThat(trainer.workerTimes())
          .extracting(WorkerTimes::worker, WorkerTimes::steps)
          .containsExactly(tuple("thread 0", 6L), tuple("thread 1", 6L));
      assertThat(trainer.workerTimes())
          .allSatisfy(
              times -> {
                assertThat(times.computing()).isPositive();
                assertThat(times.exchanging()).isPositive();
              });
    }
  }

  @Test
  void aWorkerThatOthersWaitForIsNamedOnce() {
    WorkerSettings<FitOptions.Builder> inOrder =
        fit -> fit.epochs(2).batchSize(8).shuffle(false).workers(1).verbosity(Verbosity.SILENT);
    try (ThreadCluster cluster = new ThreadCluster(2);
        DistributedTrainer trainer =
            DistributedTrainer.of(
                frozenNormalization(), cluster, SETTINGS, DistributedOptions.defaults())) {
      assertThat(
              ScriptedTraining.logged(() -> trainer.fit(TrainingData.of(() -> skewed()), inOrder)))
          .containsOnlyOnce("The other workers wait for one. thread 1: ");
    }
  }

  @Test
  void aWorkerThatOthersWaitForIsFound() {
    WorkerTimes quick = new WorkerTimes("a", 10, 1, 20, 30);
    WorkerTimes slow = new WorkerTimes("b", 10, 20, 12, 1);
    assertThat(WorkerTimes.stragglers(List.of(slow, quick))).containsExactly(slow);
    assertThat(WorkerTimes.stragglers(List.of(quick, quick))).isEmpty();
    assertThat(WorkerTimes.stragglers(List.of())).isEmpty();
    assertThat(slow)
        .hasToString("b: 20.0 ms per step loading, 12.0 ms computing, 1.0 ms exchanging");
  }
}
