package dev.espalier.benchmarks;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures EfficientNet-B0 as one would write and train it with DJL alone: blocks of DJL, its
 * trainer, its predictor. The peer of {@link EfficientNetSpeed}, with the same output.
 */
public final class PlainDjlSpeed {
  private static final int CLASSES = 100;

  private PlainDjlSpeed() {}

  /**
   * Runs the measurement; options: engine (PyTorch or MXNet), batch-size, image-size, steps,
   * warm-up, and case for one of the three alone.
   */
  public static void main(String[] arguments)
      throws TranslateException, IOException, MalformedModelException {
    Map<String, String> options =
        IntStream.range(0, arguments.length / 2)
            .boxed()
            .collect(
                Collectors.toMap(
                    i -> arguments[2 * i].replaceFirst("^--", ""), i -> arguments[2 * i + 1]));
    int batch = Integer.parseInt(options.getOrDefault("batch-size", "16"));
    int side = Integer.parseInt(options.getOrDefault("image-size", "224"));
    int steps = Integer.parseInt(options.getOrDefault("steps", "12"));
    int warmUp = Integer.parseInt(options.getOrDefault("warm-up", "3"));
    String engine = options.getOrDefault("engine", "PyTorch");
    String only = options.getOrDefault("case", "");
    System.setProperty("ai.djl.offline", "true");
    for (String measured : EfficientNetSpeed.CASES) {
      if (only.isEmpty() || only.equals(measured)) {
        double[] seconds =
            measured.equals("inference")
                ? predict(engine, batch, side, steps + warmUp)
                : train(engine, measured.startsWith("frozen"), batch, side, steps + warmUp);
        report(measured, seconds, batch, warmUp);
      }
    }
  }

  private static Block convolution(int filters, int kernel, int stride, int groups) {
    return new SequentialBlock()
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(kernel, kernel))
                .optStride(new Shape(stride, stride))
                .optPadding(new Shape(kernel / 2, kernel / 2))
                .optGroups(groups)
                .optBias(false)
                .setFilters(filters)
                .build())
        .add(BatchNorm.builder().optEpsilon(1e-3f).build());
  }

  private static Block squeezeAndExcite(int channels, int squeezed) {
    Block gate =
        new SequentialBlock()
            .add(Pool.globalAvgPool2dBlock())
            .add(Linear.builder().setUnits(squeezed).build())
            .add(Activation.swishBlock(1))
            .add(Linear.builder().setUnits(channels).build())
            .add(Activation.sigmoidBlock())
            .add(
                new LambdaBlock(
                    list -> {
                      NDArray gates = list.singletonOrThrow();
                      return new NDList(gates.reshape(gates.getShape().get(0), channels, 1, 1));
                    }));
    return new ParallelBlock(
        lists -> new NDList(lists.get(0).singletonOrThrow().mul(lists.get(1).singletonOrThrow())),
        List.of(Blocks.identityBlock(), gate));
  }

  private static Block inverted(int in, int out, int expansion, int kernel, int stride) {
    int wide = in * expansion;
    SequentialBlock block = new SequentialBlock();
    if (expansion > 1) {
      block.add(convolution(wide, 1, 1, 1)).add(Activation.swishBlock(1));
    }
    block
        .add(convolution(wide, kernel, stride, wide))
        .add(Activation.swishBlock(1))
        .add(squeezeAndExcite(wide, Math.max(1, in / 4)))
        .add(convolution(out, 1, 1, 1));
    return in == out && stride == 1
        ? new ParallelBlock(
            lists ->
                new NDList(lists.get(0).singletonOrThrow().add(lists.get(1).singletonOrThrow())),
            List.of(block, Blocks.identityBlock()))
        : block;
  }

  /** Returns EfficientNet-B0 without its classifier. */
  private static SequentialBlock base() {
    SequentialBlock base = new SequentialBlock();
    base.add(convolution(32, 3, 2, 1)).add(Activation.swishBlock(1));
    int[][] stages = {
      {1, 16, 1, 3, 1},
      {6, 24, 2, 3, 2},
      {6, 40, 2, 5, 2},
      {6, 80, 3, 3, 2},
      {6, 112, 3, 5, 1},
      {6, 192, 4, 5, 2},
      {6, 320, 1, 3, 1}
    };
    int channels = 32;
    for (int[] stage : stages) {
      for (int i = 0; i < stage[2]; i++) {
        base.add(inverted(channels, stage[1], stage[0], stage[3], i == 0 ? stage[4] : 1));
        channels = stage[1];
      }
    }
    return base.add(convolution(1280, 1, 1, 1)).add(Activation.swishBlock(1));
  }

  private static Block head() {
    return new SequentialBlock()
        .add(Pool.globalAvgPool2dBlock())
        .add(Dropout.builder().optRate(0.2f).build())
        .add(Linear.builder().setUnits(CLASSES).build());
  }

  private static Model model(String engine, Block block) {
    Model model = Model.newInstance("b0", Device.cpu(), engine);
    model.setBlock(block);
    return model;
  }

  private static NDArray images(NDManager manager, int batch, int side) {
    NDArray bytes =
        manager
            .randomUniform(0, 255, new Shape(batch, 3, side, side))
            .toType(DataType.UINT8, false);
    return bytes.toType(DataType.FLOAT32, false).div(255).sub(0.45f).div(0.226f);
  }

  private static double[] train(String engine, boolean frozen, int batch, int side, int steps)
      throws TranslateException {
    Block base = base();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(
                Optimizer.sgd()
                    .setLearningRateTracker(Tracker.fixed(0.01f))
                    .optMomentum(0.1f)
                    .build())
            .optDevices(new Device[] {Device.cpu()})
            .addEvaluator(new Accuracy());
    double[] seconds = new double[steps];
    try (Model model = model(engine, new SequentialBlock().add(base).add(head()));
        Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(batch, 3, side, side));
      if (frozen) {
        base.freezeParameters(true);
      }
      for (int i = 0; i < steps; i++) {
        long start = System.nanoTime();
        try (NDManager manager = trainer.getManager().newSubManager()) {
          NDArray labels = manager.create(IntStream.range(0, batch).toArray());
          Batch made =
              new Batch(
                  manager.newSubManager(),
                  new NDList(images(manager, batch, side)),
                  new NDList(labels),
                  batch,
                  null,
                  null,
                  0,
                  0);
          EasyTrain.trainBatch(trainer, made);
          trainer.step();
        }
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    return seconds;
  }

  private static double[] predict(String engine, int batch, int side, int steps)
      throws TranslateException {
    double[] seconds = new double[steps];
    Block block = new SequentialBlock().add(base()).add(head());
    try (Model model = model(engine, block)) {
      NDManager manager = model.getNDManager();
      block.initialize(manager, DataType.FLOAT32, new Shape(batch, 3, side, side));
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
        for (int i = 0; i < steps; i++) {
          long start = System.nanoTime();
          try (NDManager step = manager.newSubManager()) {
            NDList scores = predictor.predict(new NDList(images(step, batch, side)));
            scores.attach(step);
            scores.singletonOrThrow().softmax(1).toFloatArray();
          }
          seconds[i] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    return seconds;
  }

  private static void report(String name, double[] seconds, int batch, int warmUp) {
    double[] measured = Arrays.copyOfRange(seconds, warmUp, seconds.length);
    Arrays.sort(measured);
    System.out.printf(Locale.ROOT, "%s\t%.2f%n", name, batch / measured[measured.length / 2]);
  }
}
