package dev.espalier.benchmarks;

import dev.espalier.activation.Activation;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Precision;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.models.EfficientNet;
import dev.espalier.models.EfficientNetBuilder;
import dev.espalier.models.EfficientNetV2;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures images per second of an EfficientNet with random weights: a training step, a training
 * step on a frozen base, inference. Prints one line per case: name, tab, median of images per
 * second. With {@code --turns}, a case is measured again at each line of standard input, so that
 * programs that stay open can take turns. The peer is {@code
 * benchmarks/python/efficientnet_speed.py}, with the same options.
 */
public final class EfficientNetSpeed {
  /** What is measured, by the names in the output. */
  static final List<String> CASES = List.of("training", "frozen-base training", "inference");

  private EfficientNetSpeed() {}

  /**
   * Runs the measurement; options: model, classes, batch-size, image-size, steps, warm-up, engine,
   * frozen-base-engine, threads, precision, spinning (of ONNX Runtime's threads), case for one of
   * the three alone, and turns.
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> options =
        IntStream.range(0, arguments.length / 2)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> arguments[2 * i].replaceFirst("^--", ""), i -> arguments[2 * i + 1]));
    int batchSize = Integer.parseInt(options.getOrDefault("batch-size", "16"));
    int side = Integer.parseInt(options.getOrDefault("image-size", "224"));
    int steps = Integer.parseInt(options.getOrDefault("steps", "12"));
    int warmUp = Integer.parseInt(options.getOrDefault("warm-up", "3"));
    String engine = options.getOrDefault("engine", "tensorflow");
    int threads = Integer.parseInt(options.getOrDefault("threads", "0"));
    int classes = Integer.parseInt(options.getOrDefault("classes", "100"));
    Precision precision =
        Precision.valueOf(options.getOrDefault("precision", "float32").toUpperCase(Locale.ROOT));
    Consumer<TrainingConfig.Builder> computing =
        config -> {
          config
              .engine(engine)
              .frozenBaseEngine(options.getOrDefault("frozen-base-engine", EngineSettings.AUTO))
              .threads(threads)
              .precision(precision);
          if (options.containsKey("spinning")) {
            config.engineOption("spinning", options.get("spinning"));
          }
        };
    EfficientNetBuilder variant = variant(options.getOrDefault("model", "efficientnet-b0"));
    Dataset images = NoiseImages.of(batchSize * (steps + warmUp), side, classes);

    Model whole = variant.classes(classes).imageSize(side).build();
    Model base = variant.includeTop(false).imageSize(side).build();
    Model frozen =
        Graft.onto(base)
            .frozen()
            .globalAveragePooling()
            .batchNormalization()
            .dropout(0.2)
            .dense(classes, Activation.SOFTMAX)
            .build();

    String only = options.getOrDefault("case", "");
    BufferedReader turns =
        Boolean.parseBoolean(options.get("turns"))
            ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))
            : new BufferedReader(Reader.nullReader());
    for (String measured : CASES) {
      if (!only.isEmpty() && !only.equals(measured)) {
        continue;
      }
      try (Trainer trainer =
          trainer(measured.equals("frozen-base training") ? frozen : whole, computing)) {
        do {
          StepTimes times = new StepTimes();
          if (measured.equals("inference")) {
            evaluate(trainer, images, batchSize, times);
          } else {
            fit(trainer, images, batchSize, times);
          }
          System.out.printf(
              Locale.ROOT, "%s\t%.2f%n", measured, times.medianRate(batchSize, warmUp));
        } while (turns.readLine() != null);
      }
    }
  }

  private static EfficientNetBuilder variant(String name) {
    return switch (name) {
      case "efficientnet-b0" -> EfficientNet.b0();
      case "efficientnet-b2" -> EfficientNet.b2();
      case "efficientnet-b4" -> EfficientNet.b4();
      case "efficientnetv2-b0" -> EfficientNetV2.b0();
      case "efficientnetv2-s" -> EfficientNetV2.s();
      default -> throw new IllegalArgumentException("model " + name);
    };
  }

  private static void fit(Trainer trainer, Dataset images, int batchSize, StepTimes times) {
    trainer.fit(
        images,
        fit -> fit.epochs(1).batchSize(batchSize).callbacks(times).verbosity(Verbosity.SILENT));
  }

  private static void evaluate(Trainer trainer, Dataset images, int batchSize, StepTimes times) {
    trainer.evaluate(
        images,
        evaluate -> evaluate.batchSize(batchSize).callbacks(times).verbosity(Verbosity.SILENT));
  }

  private static Trainer trainer(Model model, Consumer<TrainingConfig.Builder> computing) {
    return Trainer.of(
        model,
        config -> {
          computing.accept(config);
          config
              .optimizer(Sgd.of(0.01).momentum(0.1).nesterov())
              .loss(Losses.categoricalCrossentropy())
              .metrics(Metrics.accuracy());
        });
  }
}
