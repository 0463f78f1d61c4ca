package dev.espalier.models;

import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.graph.HostArray;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.optimizer.Sgd;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A fine-tuning that takes a second, with all that is random in one: first weights, order,
 * augmentation, dropout and drop-connect.
 */
final class SmallFineTuning {
  private static final int SIZE = 32;
  private static final int CLASSES = 4;
  private static final int BATCH = 16;

  private SmallFineTuning() {}

  /** A patch of one colour per class on noise, so that there is something to learn. */
  static Dataset images() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      RandomStream random = RandomKey.ofSeed(7).with("image").with(i).stream();
      byte[] pixels = new byte[SIZE * SIZE * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) random.nextInt(256);
      }
      int label = i % CLASSES;
      for (int y = 4 * label; y < 4 * label + 12; y++) {
        for (int x = 8; x < 24; x++) {
          pixels[(y * SIZE + x) * 3 + label % 3] = (byte) 240;
        }
      }
      samples.add(new Sample(Image.wrap(SIZE, SIZE, 3, pixels), label));
    }
    return Datasets.of("patches", List.of("a", "b", "c", "d"), samples);
  }

  /** Shifts the brightness; enough to show that every engine sees the same images. */
  private static Image brighter(Image image, RandomStream random) {
    int shift = random.nextInt(41) - 20;
    byte[] pixels = new byte[SIZE * SIZE * 3];
    image.copyTo(pixels, 0);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, (pixels[i] & 0xff) + shift));
    }
    return Image.wrap(image.height(), image.width(), image.channels(), pixels);
  }

  static Model model() {
    return model(0.3);
  }

  static Model model(double dropConnectRate) {
    Model base =
        EfficientNet.custom(0.25, 0.25)
            .imageSize(SIZE)
            .includeTop(false)
            .dropConnectRate(dropConnectRate)
            .build();
    return Graft.onto(base)
        .globalAveragePooling()
        .batchNormalization()
        .dropout(0.3)
        .dense(CLASSES, Activation.SOFTMAX)
        .build();
  }

  static TrainingConfig config() {
    return TrainingConfig.of(
        config ->
            config
                .device("cpu")
                .seed(11)
                .optimizer(Sgd.of(0.003).momentum(0.1).nesterov())
                .loss(Losses.categoricalCrossentropy())
                .metrics(Metrics.accuracy()));
  }

  /** Trains epochs of 5 steps and returns the loss of each step. */
  static List<Double> fit(Trainer trainer, Consumer<FitOptions.Builder> more) {
    List<Double> losses = new ArrayList<>();
    Callback collector =
        new Callback() {
          private double sum;

          @Override
          public void onEpochBegin(EpochBegin event) {
            sum = 0;
          }

          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            // The logs hold the mean of the epoch so far.
            double before = sum;
            sum = event.logs().get("loss") * (event.batch() + 1);
            losses.add(sum - before);
          }
        };
    trainer.fit(
        images(),
        fit -> {
          fit.batchSize(BATCH)
              .augmentations(SmallFineTuning::brighter)
              .callbacks(collector)
              .verbosity(Verbosity.SILENT);
          more.accept(fit);
        });
    return losses;
  }

  static HostArray scores(Trainer trainer) {
    return trainer.predict(images(), options -> options.verbosity(Verbosity.SILENT)).scores();
  }
}
