package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.data.Image;
import dev.espalier.data.ImageBatch;
import dev.espalier.data.ImageResizing;
import dev.espalier.data.Sample;
import dev.espalier.data.SoftLabels;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Puts samples side by side into the arrays of a batch. Thread-safe. */
final class BatchAssembler {
  /** The longest array that every JVM can allocate. */
  private static final int LARGEST_BATCH = Integer.MAX_VALUE - 8;

  private final SampleReader reader;
  private final BatchMixing mixing;
  private final ImageSize size;
  private final PixelBuffers buffers;

  BatchAssembler(SampleReader reader, BatchMixing mixing, ImageSize size, PixelBuffers buffers) {
    this.reader = reader;
    this.mixing = mixing;
    this.size = size;
    this.buffers = buffers;
  }

  /**
   * Returns the batch of the given samples.
   *
   * @param step of the epoch
   * @param cancelled asked before each sample; once it is true the batch will not be used
   */
  Batch assemble(int[] indices, long epoch, int step, BooleanSupplier cancelled) {
    int bytes = size.bytes();
    long total = (long) indices.length * bytes;
    if (total > LARGEST_BATCH) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "A batch of " + indices.length + " images of " + size + " takes " + total + " bytes.",
          "Use a smaller batch; it can take " + LARGEST_BATCH + " bytes.");
    }
    byte[] pixels = buffers.take((int) total);
    List<List<Integer>> labels = new ArrayList<>();
    List<Image> unmixed = new ArrayList<>();
    for (int i = 0; i < indices.length && !cancelled.getAsBoolean(); i++) {
      Sample sample = reader.read(indices[i], epoch);
      Image image = fitted(sample.image(), indices[i]);
      if (mixing.isNone()) {
        image.copyTo(pixels, i * bytes);
      } else {
        unmixed.add(image);
      }
      labels.add(sample.labels());
    }
    HostArray target = target(labels);
    if (!unmixed.isEmpty() && unmixed.size() == indices.length) {
      ImageBatch batch = new ImageBatch(unmixed, SoftLabels.multiHot(labels, mixing.classes()));
      ImageBatch mixed = mixing.mix(batch, epoch, step);
      for (int i = 0; i < indices.length; i++) {
        mixed.images().get(i).copyTo(pixels, i * bytes);
      }
      target = mixing.toLabels(mixed);
    }
    Shape shape = Shape.of(indices.length, size.height(), size.width(), size.channels());
    return new Batch(
        HostArray.wrapBytes(shape, pixels), target, indices.length, () -> buffers.giveBack(pixels));
  }

  /** Returns what is fed for labels that are not mixed. */
  private HostArray target(List<List<Integer>> labels) {
    if (reader.dataset().multiLabel()) {
      SoftLabels rows = SoftLabels.multiHot(labels, reader.classes());
      return HostArray.wrap(Shape.of(labels.size(), reader.classes()), rows.toArray());
    }
    return HostArray.wrapInts(
        Shape.of(labels.size()), labels.stream().mapToInt(own -> own.get(0)).toArray());
  }

  private Image fitted(Image image, int index) {
    if (image.channels() != size.channels()) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          reader.name(index)
              + " has "
              + image.channels()
              + " channels where "
              + size.channels()
              + " are needed.",
          "Convert the images to one kind, grey or colour.");
    }
    return ImageResizing.bilinear(image, size.height(), size.width());
  }
}
