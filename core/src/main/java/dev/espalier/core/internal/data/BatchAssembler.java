package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.Sample;
import dev.espalier.data.SoftLabels;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Assembles samples into the arrays of a batch. Thread-safe. */
final class BatchAssembler implements BatchSource {
  /** The longest array that every JVM can allocate. */
  private static final int LARGEST_BATCH = Integer.MAX_VALUE - 8;

  private final SampleReader reader;
  private final BatchContent content;
  private final ImageFitting fitting;
  private final PixelBuffers buffers;

  BatchAssembler(
      SampleReader reader, BatchContent content, ImageFitting fitting, PixelBuffers buffers) {
    this.reader = reader;
    this.content = content;
    this.fitting = fitting;
    this.buffers = buffers;
  }

  @Override
  public Batch assemble(int[] indices, long epoch, int step, BooleanSupplier cancelled) {
    if (indices.length == 0) { // a replica may have none of a small batch
      return new Batch(Map.of(), 0, () -> {});
    }
    ImageSize size = fitting.size();
    int bytes = size.bytes();
    long total = (long) indices.length * bytes;
    if (total > LARGEST_BATCH) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A batch of " + indices.length + " images of " + size + " takes " + total + " bytes.",
          "Use a smaller batch; the limit is " + LARGEST_BATCH + " bytes.");
    }
    byte[] pixels = buffers.take((int) total);
    Runnable release = () -> buffers.giveBack(pixels);
    BatchMixing mixing = content.mixing();
    List<SampleFacts> facts = new ArrayList<>();
    List<Image> unmixed = new ArrayList<>();
    for (int index : indices) {
      if (cancelled.getAsBoolean()) {
        return new Batch(Map.of(), 0, release);
      }
      Sample sample = reader.read(index, epoch);
      content.check(sample.values(), reader.name(index));
      Image image = fitted(sample.image(), index);
      if (mixing.isNone()) {
        image.copyTo(pixels, facts.size() * bytes);
      } else {
        unmixed.add(image);
      }
      facts.add(SampleFacts.of(sample));
    }
    SoftLabels shares = null;
    if (!mixing.isNone()) {
      List<List<Integer>> labels = facts.stream().map(SampleFacts::labels).toList();
      ImageBatch batch = new ImageBatch(unmixed, SoftLabels.multiHot(labels, mixing.classes()));
      ImageBatch mixed = mixing.mix(batch, epoch, step);
      for (int i = 0; i < indices.length; i++) {
        mixed.images().get(i).copyTo(pixels, i * bytes);
      }
      shares = mixed.labels();
    }
    Map<String, HostArray> feeds = new HashMap<>();
    Shape shape = Shape.of(indices.length, size.height(), size.width(), size.channels());
    feeds.put(Feeds.IMAGE, HostArray.wrapBytes(shape, pixels));
    for (TargetFeed target : content.targets()) {
      feeds.put(target.feed(), shares == null ? target.of(facts) : target.of(shares));
    }
    content.inputs().forEach(input -> feeds.put(input.feed(), input.of(facts)));
    feeds.put(Feeds.SAMPLE_WEIGHT, weights(facts, shares));
    return new Batch(feeds, indices.length, release);
  }

  /** Returns the weight of each sample: its own weight times that of its class. */
  private HostArray weights(List<SampleFacts> facts, @Nullable SoftLabels shares) {
    double[] byClass = content.classWeights();
    float[] weights = new float[facts.size()];
    for (int i = 0; i < weights.length; i++) {
      double weight = facts.get(i).weight();
      if (byClass != null) {
        // As in Keras, the most probable class of a mixed sample determines its class weight.
        weight *= byClass[shares == null ? facts.get(i).labels().get(0) : largest(shares, i)];
      }
      weights[i] = (float) weight;
    }
    return HostArray.wrap(Shape.of(weights.length), weights);
  }

  private static int largest(SoftLabels shares, int sample) {
    int largest = 0;
    for (int label = 1; label < shares.classes(); label++) {
      if (shares.share(sample, label) > shares.share(sample, largest)) {
        largest = label;
      }
    }
    return largest;
  }

  private Image fitted(Image image, int index) {
    if (image.channels() != fitting.size().channels()) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          reader.name(index)
              + " has "
              + image.channels()
              + " channels where "
              + fitting.size().channels()
              + " are needed.",
          "Convert all images to grayscale or all to color.");
    }
    return fitting.fit(image);
  }
}
