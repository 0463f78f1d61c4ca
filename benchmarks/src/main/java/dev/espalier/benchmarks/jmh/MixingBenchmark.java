package dev.espalier.benchmarks.jmh;

import dev.espalier.augment.mix.CutMix;
import dev.espalier.augment.mix.MixUp;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.SoftLabels;
import dev.espalier.random.RandomKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Mixes the samples of a batch of 32 color images of 224 by 224 pixels. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MixingBenchmark {
  private static final int SAMPLES = 32;

  /** The augmentation of batches. */
  public enum Kind {
    CUT_MIX(CutMix.standard()),
    MIX_UP(MixUp.standard());

    @SuppressWarnings("ImmutableEnumChecker") // Those above are immutable records.
    private final BatchAugmentation augmentation;

    Kind(BatchAugmentation augmentation) {
      this.augmentation = augmentation;
    }
  }

  /** The augmentation. */
  @Param public Kind kind = Kind.MIX_UP;

  private final Image image = SmoothImage.of(224, 224);
  private final ImageBatch batch =
      new ImageBatch(
          IntStream.range(0, SAMPLES).mapToObj(i -> image).toList(),
          SoftLabels.multiHot(
              IntStream.range(0, SAMPLES).mapToObj(i -> List.of(i % 10)).toList(), 10));
  private final RandomKey key = RandomKey.ofSeed(1);
  private long index;

  /** Mixes the batch. */
  @Benchmark
  public ImageBatch mix() {
    return kind.augmentation.apply(batch, key.with(index++).stream());
  }
}
