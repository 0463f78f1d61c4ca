package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.distributed.DistributedOptions;
import dev.espalier.core.distributed.DistributedTrainer;
import dev.espalier.core.distributed.TrainingData;
import dev.espalier.core.distributed.WorkerSettings;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that average their weights after several steps: local SGD. */
@Tag("native")
class LocalTrainingTest {
  private static final int SAMPLES = 17;
  private static final int BATCH = 4;
  private static final double RATE = 0.05;
  private static final double MOMENTUM = 0.9;
  private static final double DECAY = 0.8;
  private static final double EPSILON = 1e-3;

  /** The last batch has one image, so that one of two workers has none of it. */
  private static final TrainingData DATA = TrainingData.of(() -> SmallImages.colours(SAMPLES));

  static final WorkerSettings<TrainingConfig.Builder> CONFIG =
      config ->
          config
              .engine("tensorflow")
              .seed(3)
              .optimizer(Sgd.of(RATE).momentum(MOMENTUM))
              .loss(Losses.categoricalCrossentropy());

  static final WorkerSettings<FitOptions.Builder> TWO_EPOCHS =
      fit -> fit.epochs(2).batchSize(BATCH).shuffle(false).verbosity(Verbosity.SILENT);

  /** Small enough to compute its gradients by hand. */
  private static Model model() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Rescaling.of(1 / 255.0),
        BatchNormalization.create()
            .center(false)
            .scale(false)
            .momentum(DECAY)
            .epsilon(EPSILON)
            .named("norm"),
        GlobalAveragePooling2D.create(),
        Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX).named("head"));
  }

  private record Result(Weights start, Weights weights, Weights slots, History history) {}

  private static Result train(
      Model model,
      WorkerSettings<TrainingConfig.Builder> config,
      ThreadCluster cluster,
      WorkerSettings<FitOptions.Builder> fit,
      Consumer<DistributedOptions.Builder> options) {
    try (DistributedTrainer trainer =
        DistributedTrainer.of(model, cluster, config, DistributedOptions.of(options))) {
      Weights start = trainer.weights();
      History history = trainer.fit(DATA, fit);
      return new Result(start, trainer.weights(), trainer.optimizerSlots(), history);
    }
  }

  /** What a worker holds, by name. */
  private static final class ByHand {
    private static final int N = SmallImages.CLASSES;
    private static final Dataset IMAGES = SmallImages.colours(SAMPLES);

    private final Map<String, double[]> values = new TreeMap<>();
    private double loss;

    static ByHand of(Weights start) {
      ByHand state = new ByHand();
      start.asMap().forEach((name, array) -> state.values.put(name, doubles(array.toFloats())));
      state.values.put("head/kernel/momentum", new double[N * N]);
      state.values.put("head/bias/momentum", new double[N]);
      return state;
    }

    private static double[] doubles(float[] floats) {
      return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    double[] get(String name) {
      return values.get(name);
    }

    /** Replaces what all hold by the means. */
    static void average(ByHand... all) {
      for (String name : all[0].values.keySet()) {
        double[] mean = new double[all[0].get(name).length];
        for (int i = 0; i < mean.length; i++) {
          for (ByHand each : all) {
            mean[i] += each.get(name)[i] / all.length;
          }
        }
        for (ByHand each : all) {
          each.values.put(name, mean.clone());
        }
      }
    }

    void step(int from, int to) {
      int pixels = SmallImages.SIDE * SmallImages.SIDE;
      int count = to - from;
      double[][] features = new double[count][N];
      double[] squares = new double[N];
      double[] means = new double[N];
      for (int i = 0; i < count; i++) {
        Image image = IMAGES.get(from + i).image();
        byte[] bytes = new byte[pixels * N];
        image.copyTo(bytes, 0);
        for (int p = 0; p < bytes.length; p++) {
          double value = (bytes[p] & 0xff) / 255.0;
          features[i][p % N] += value / pixels;
          means[p % N] += value / pixels / count;
          squares[p % N] += value * value / pixels / count;
        }
      }
      double[] kernel = get("head/kernel");
      double[] kernelGradient = new double[N * N];
      double[] biasGradient = new double[N];
      for (int c = 0; c < N; c++) {
        double variance = squares[c] - means[c] * means[c];
        move(get("norm/moving_mean"), c, means[c]);
        move(get("norm/moving_variance"), c, variance);
        for (double[] each : features) {
          each[c] = (each[c] - means[c]) / Math.sqrt(variance + EPSILON);
        }
      }
      for (int i = 0; i < count; i++) {
        double[] scores = get("head/bias").clone();
        for (int j = 0; j < N * N; j++) {
          scores[j % N] += features[i][j / N] * kernel[j];
        }
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        int label = IMAGES.label(from + i);
        loss += Math.log(sum) - scores[label];
        for (int k = 0; k < N; k++) {
          double gradient = (Math.exp(scores[k]) / sum - (k == label ? 1 : 0)) / count;
          biasGradient[k] += gradient;
          for (int c = 0; c < N; c++) {
            kernelGradient[c * N + k] += features[i][c] * gradient;
          }
        }
      }
      update("head/kernel", kernelGradient);
      update("head/bias", biasGradient);
    }

    private static void move(double[] running, int channel, double value) {
      running[channel] = DECAY * running[channel] + (1 - DECAY) * value;
    }

    private void update(String name, double[] gradient) {
      double[] weights = get(name);
      double[] velocity = get(name + "/momentum");
      for (int i = 0; i < gradient.length; i++) {
        velocity[i] = MOMENTUM * velocity[i] - RATE * gradient[i];
        weights[i] += velocity[i];
      }
    }
  }

  @ParameterizedTest(name = "{0} steps per exchange, {1} per round")
  @CsvSource({"2, 100", "3, 100", "3, 2"})
  void workersAverageWhatTheyHaveTrainedAlone(int stepsPerExchange, int stepsPerRound) {
    Result result;
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      result =
          train(
              model(),
              CONFIG,
              cluster,
              TWO_EPOCHS,
              options -> options.stepsPerExchange(stepsPerExchange).stepsPerRound(stepsPerRound));
    }
    ByHand first = ByHand.of(result.start());
    ByHand second = ByHand.of(result.start());
    for (int epoch = 0; epoch < 2; epoch++) {
      double before = first.loss + second.loss;
      for (int step = 1; step <= SAMPLES / BATCH; step++) {
        int from = (step - 1) * BATCH;
        first.step(from, from + BATCH / 2);
        second.step(from + BATCH / 2, from + BATCH);
        boolean last = step == SAMPLES / BATCH;
        if (last || step % stepsPerExchange == 0 || step % stepsPerRound == 0) {
          ByHand.average(first, second);
        }
      }
      first.step(SAMPLES - 1, SAMPLES); // of both
      second.values.putAll(first.values);
      ByHand.average(first, second);
      assertThat(result.history().values("loss").get(epoch))
          .isEqualTo((first.loss + second.loss - before) / SAMPLES, within(1e-5));
    }
    first.values.forEach(
        (name, expected) -> {
          Weights found = name.endsWith("/momentum") ? result.slots() : result.weights();
          for (int i = 0; i < expected.length; i++) {
            assertThat(found.get(name).at(i)).as(name).isEqualTo(expected[i], within(1e-5));
          }
        });
  }

  private static Model dropping() {
    return Sequential.of(
        Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
        Rescaling.of(1 / 255.0),
        Flatten.create(),
        Dropout.of(0.5).named("drop"),
        Dense.of(SmallImages.CLASSES).activation(Activation.SOFTMAX).named("head"));
  }

  /** With plain SGD, the mean of the weights is that of the gradients; dropout is by sample. */
  @Test
  void aSingleStepIsThatOfAveragedGradients() {
    WorkerSettings<TrainingConfig.Builder> plain =
        config -> {
          CONFIG.accept(config);
          config.optimizer(Sgd.of(RATE));
        };
    WorkerSettings<FitOptions.Builder> once =
        fit -> fit.batchSize(16).dropRemainder(true).verbosity(Verbosity.SILENT);
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      Result averaged = train(dropping(), plain, cluster, once, o -> o.stepsPerExchange(5));
      Result together = train(dropping(), plain, cluster, once, o -> {});
      assertThat(averaged.history().values("loss").get(0))
          .isEqualTo(together.history().values("loss").get(0), within(1e-6));
      for (String name : together.weights().asMap().keySet()) {
        for (int i = 0; i < together.weights().get(name).elementCount(); i++) {
          assertThat(averaged.weights().get(name).at(i))
              .as(name)
              .isEqualTo(together.weights().get(name).at(i), within(1e-6));
        }
      }
      assertThat(together.weights().differences(together.start())).isNotEmpty();
    }
  }

  @Test
  void aLostWorkerDoesNotChangeTheResult() {
    Consumer<DistributedOptions.Builder> options =
        each -> each.stepsPerExchange(2).stepsPerRound(4).restarts(1);
    try (ThreadCluster cluster = new ThreadCluster(2)) {
      Result whole = train(model(), CONFIG, cluster, TWO_EPOCHS, options);
      cluster.lose(2, 1);
      Result lost = train(model(), CONFIG, cluster, TWO_EPOCHS, options);
      assertThat(lost.weights().differences(whole.weights())).isEmpty();
      assertThat(lost.slots().differences(whole.slots())).isEmpty();
      assertThat(lost.history()).isEqualTo(whole.history());
    }
  }

  @Test
  void noStepsPerExchangeAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> DistributedOptions.of(options -> options.stepsPerExchange(0)))
        .withMessageContaining(
            "The number of steps per exchange is 0. Give a number of 1 or more.");
  }
}
