package dev.espalier.benchmarks.jmh;

import dev.espalier.augment.geometry.RandomFlip;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Dropout;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Trains an epoch of 64 batches on an engine that computes nothing: what the host does for a step,
 * from the decoded images to the logs. The time and the allocation are those of one step.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EpochBenchmark {
  private static final int STEPS = 64;
  private static final int BATCH = 32;
  private static final int CLASSES = 10;

  /** Height and width of the images. */
  @Param({"32", "224"})
  public int side = 32;

  /** Whether images are mirrored at random. */
  @Param({"false", "true"})
  public boolean augmented;

  private final Engine engine = new EmptyEngine();
  private Dataset data = Datasets.of("none", List.of(), List.of());
  private Trainer trainer = trainer();

  private Trainer trainer() {
    return Trainer.of(
        Sequential.of(
            Input.image(side, side, 3),
            GlobalAveragePooling2D.create(),
            Dropout.of(0.2),
            Dense.of(CLASSES)),
        TrainingConfig.of(
            config ->
                config
                    .optimizer(Sgd.of(0.1))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy())),
        engine);
  }

  /** Makes the data set, which is in memory. */
  @Setup
  public void prepare() {
    trainer.close();
    trainer = trainer();
    Image image = SmoothImage.of(side, side);
    data =
        Datasets.of(
            "waves",
            IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList(),
            IntStream.range(0, STEPS * BATCH)
                .mapToObj(i -> new Sample(image, i % CLASSES))
                .toList());
  }

  /** Closes the trainer. */
  @TearDown
  public void close() {
    trainer.close();
  }

  /** Trains an epoch. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public History step() {
    return trainer.fit(
        data,
        fit ->
            fit.batchSize(BATCH)
                .verbosity(Verbosity.SILENT)
                .augmentations(augmented ? List.of(RandomFlip.horizontal()) : List.of()));
  }
}
