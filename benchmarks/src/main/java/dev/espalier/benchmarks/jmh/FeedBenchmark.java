package dev.espalier.benchmarks.jmh;

import dev.espalier.engine.djl.ArrayTransfer;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Copies arrays between the heap and the memory of an engine. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FeedBenchmark {
  private final TensorType images = new TensorType(DataType.UINT8, Shape.of(32, 224, 224, 3));
  private final TensorType scores = TensorType.float32(32, 1000);
  private final HostArray batch = HostArray.filled(images, 7);
  private final ByteBuffer pixels = direct(images);
  private final ByteBuffer results = direct(scores);

  private static ByteBuffer direct(TensorType type) {
    return ByteBuffer.allocateDirect(ArrayTransfer.bytes(type)).order(ByteOrder.nativeOrder());
  }

  /** Copies a batch of 32 images of 224 by 224 pixels to an engine. */
  @Benchmark
  public ByteBuffer feed() {
    pixels.clear();
    ArrayTransfer.copy(batch, pixels);
    return pixels;
  }

  /** Reads the scores of 1000 classes for 32 images from an engine. */
  @Benchmark
  public HostArray fetch() {
    results.clear();
    return ArrayTransfer.read(scores, results);
  }
}
