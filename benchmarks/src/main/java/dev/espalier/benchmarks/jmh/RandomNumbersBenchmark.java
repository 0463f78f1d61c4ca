package dev.espalier.benchmarks.jmh;

import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Draws random numbers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RandomNumbersBenchmark {
  private final RandomKey key = RandomKey.ofSeed(1);
  private final RandomStream stream = key.stream();
  private long index;

  /** A number from 0 to 1. */
  @Benchmark
  public float uniform() {
    return stream.nextFloat();
  }

  /** A normally distributed number. */
  @Benchmark
  public double gaussian() {
    return stream.nextGaussian();
  }

  /** An integer below a bound. */
  @Benchmark
  public int bounded() {
    return stream.nextInt(1000);
  }

  /** The first number of a sample in an epoch, with the keys that lead to it. */
  @Benchmark
  public float ofSample() {
    return key.with("augment").with(3).with(index++).stream().nextFloat();
  }

  /** The order of the samples of an epoch. */
  @Benchmark
  public int[] permutation() {
    return stream.permutation(10_000);
  }
}
