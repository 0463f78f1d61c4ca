package dev.espalier.report;

import dev.espalier.core.Predictions;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.metric.Evaluation;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reports with everything in them, always the same. */
final class SampleReports {
  static final Environment MACHINE =
      new Environment("0.1.0", "17.0.2", "Linux amd64", "A processor at 2.5 GHz", 2);

  private SampleReports() {}

  static RandomStream random(String name) {
    return RandomKey.ofSeed(7).with(name).stream();
  }

  /** An image in the color of its class, with a disc. */
  static Image image(int label, int classes, int height, int width, RandomStream random) {
    byte[] pixels = new byte[height * width * 3];
    double hue = (double) label / classes;
    double x = (0.25 + 0.5 * random.nextFloat()) * width;
    double y = (0.25 + 0.5 * random.nextFloat()) * height;
    double radius = (0.15 + 0.2 * random.nextFloat()) * Math.min(height, width);
    double[] waves = new double[3];
    for (int channel = 0; channel < 3; channel++) {
      waves[channel] = 0.5 + 0.5 * Math.cos(2 * Math.PI * (hue - channel / 3.0));
    }
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double down = row - y;
        double across = column - x;
        boolean inside = down * down + across * across < radius * radius;
        for (int channel = 0; channel < 3; channel++) {
          double wave = waves[channel];
          double shade = inside ? 0.35 + 0.65 * wave : 0.25 + 0.3 * wave + 0.3 * row / height;
          pixels[(row * width + column) * 3 + channel] =
              (byte) Math.round(255 * Math.min(1, shade));
        }
      }
    }
    return Image.wrap(height, width, 3, pixels);
  }

  static Dataset dataset(List<String> classNames, int samples, int height, int width) {
    RandomStream random = random("images");
    List<Sample> all = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      int label = i % classNames.size();
      all.add(new Sample(image(label, classNames.size(), height, width, random), label));
    }
    return Datasets.of("samples/test", classNames, all);
  }

  /** Scores that are right most of the time, and sometimes sure and wrong. */
  static Predictions predictions(Dataset dataset) {
    RandomStream random = random("scores");
    int classes = dataset.classNames().size();
    float[] scores = new float[dataset.size() * classes];
    for (int i = 0; i < dataset.size(); i++) {
      double[] logits = new double[classes];
      double sum = 0;
      int favourite =
          random.nextFloat() < 0.8
              ? dataset.label(i)
              : (dataset.label(i) + 1 + (int) (3 * random.nextFloat())) % classes;
      for (int k = 0; k < classes; k++) {
        double logit = 2 * random.nextFloat() + (k == favourite ? 5 * random.nextFloat() + 1 : 0);
        logits[k] = Math.exp(logit * (classes > 10 ? 1.6 : 0.8));
        sum += logits[k];
      }
      for (int k = 0; k < classes; k++) {
        scores[i * classes + k] = (float) (logits[k] / sum);
      }
    }
    return new Predictions(
        HostArray.wrap(Shape.of(dataset.size(), classes), scores), dataset.classNames());
  }

  static RunHistory history(int headEpochs, int wholeEpochs) {
    List<RunHistory.Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < headEpochs + wholeEpochs; i++) {
      boolean head = i < headEpochs;
      double progress = 1 - Math.exp(-0.25 * (i + (head ? 0 : 3)));
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("accuracy", 0.35 + 0.6 * progress);
      values.put("loss", 2.2 - 2.1 * progress);
      values.put("top_k_categorical_accuracy", 0.7 + 0.29 * progress);
      values.put("val_accuracy", 0.36 + 0.53 * progress + 0.02 * Math.sin(i));
      values.put("val_loss", 2.1 - 1.7 * progress + 0.05 * Math.cos(2 * i));
      values.put("val_top_k_categorical_accuracy", 0.71 + 0.26 * progress);
      values.put(
          "learning_rate", head ? 0.1 : 0.01 * Math.pow(0.5, Math.floor((i - headEpochs) / 4.0)));
      epochs.add(
          new RunHistory.Epoch(
              head ? "head" : "fine-tune", i + 1, values, (head ? 3.5 : 21.25) + (i % 3)));
    }
    return new RunHistory(epochs);
  }

  static List<String> classNames(int count) {
    return count == 2
        ? List.of("cat", "dog")
        : IntStream.range(0, count).mapToObj(i -> "species number " + i).toList();
  }

  /** A complete report. */
  static Report complete(List<String> classNames) {
    int classes = classNames.size();
    boolean few = classes < 10;
    Dataset dataset =
        few ? dataset(classNames, 120, 96, 128) : dataset(classNames, 5 * classes, 32, 32);
    RandomStream random = random("training");
    List<TrainingImage> images =
        IntStream.range(0, 16)
            .mapToObj(
                i ->
                    new TrainingImage(
                        image(i % classes, classes, 64, 64, random), classNames.get(i % classes)))
            .toList();
    RunHistory history = history(8, 12);
    Map<String, Double> validation = Map.of("accuracy", 0.9012, "loss", 0.3456);
    Map<String, Double> test = Map.of("accuracy", 0.8934, "loss", 0.3712);
    return Report.of(history)
        .title("efficientnetv2-b0 on samples")
        .metric("accuracy")
        .classNames(classNames)
        .phases(Map.of("head", "the head on the frozen base", "fine-tune", "the whole model"))
        .models(
            List.of(
                new EvaluatedModel("best by val_loss", "best.safetensors", 17, validation, test),
                new EvaluatedModel(
                    "last",
                    "model.safetensors",
                    20,
                    Map.of("accuracy", 0.8991, "loss", 0.3522),
                    Map.of("accuracy", 0.8911, "loss", 0.38))),
            "val_loss")
        .analysis(PredictionAnalysis.of(dataset, predictions(dataset)))
        .analysed("the best model")
        .trainingImages(images)
        .settings(settings())
        .configuration(Map.of("training.batch-size", "32"))
        .seconds(342.7)
        .environment(MACHINE)
        .commands(commands())
        .files(files());
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", "efficientnetv2-b0, imagenet");
    settings.put("parameters", "6,032,116");
    settings.put("training data", "samples/train, 40,000 images, 100 classes");
    settings.put(
        "phase \"head\"", "the head on the frozen base, 8 epochs, SGD at 0.1, momentum 0.9");
    settings.put("batch size", "32");
    settings.put("seed", "1");
    settings.put("engine", "tensorflow 2.16.1 on cpu");
    return settings;
  }

  private static Map<String, String> commands() {
    Map<String, String> commands = new LinkedHashMap<>();
    commands.put("The command of this run", "espalier fine-tune --model efficientnetv2-b0");
    commands.put("To repeat it", "espalier fine-tune --config runs/one/espalier.conf");
    return commands;
  }

  private static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("best.safetensors", "the model of the best epoch by val_loss");
    files.put("history.csv", "the table of epochs with all digits");
    files.put("curves.png", "loss and accuracy over the epochs");
    return files;
  }

  static Evaluation evaluation() {
    return new Evaluation(Map.of("accuracy", 0.8934, "loss", 0.3712), Map.of(), 2000);
  }
}
