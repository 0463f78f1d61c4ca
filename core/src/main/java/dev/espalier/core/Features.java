package dev.espalier.core;

import dev.espalier.core.internal.data.FeatureDataset;
import dev.espalier.core.internal.data.FeatureFile;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a layer of a frozen base gives for each of many images, with the classes of the images: data
 * to train a head on with {@link Trainer#fitHead}, computed once and perhaps elsewhere, such as on
 * a cluster. The features are in a temporary file, which {@link #close} removes, as does the end of
 * the process. Thread-safe.
 *
 * <pre>{@code
 * Features features =
 *     Features.of(
 *         "avg_pool",
 *         samples -> {
 *           samples.classNames(List.of("cat", "dog"));
 *           rows.forEach(row -> samples.add(row.label(), row.values()));
 *         });
 * }</pre>
 */
public final class Features implements AutoCloseable {
  private final FeatureDataset dataset;
  private final FeatureFile file;
  private volatile boolean closed;

  private Features(FeatureDataset dataset, FeatureFile file) {
    this.dataset = dataset;
    this.file = file;
  }

  /**
   * Returns the features that are added to a builder.
   *
   * @param layer name of the layer whose output they are; for a layer with several outputs the name
   *     of an output, such as {@code split:1}
   * @param content adds the samples
   * @throws EspalierException {@link ErrorCode#EMPTY_DATASET} if it adds none; {@link
   *     ErrorCode#FILE_NOT_WRITABLE} if the disk is full
   */
  public static Features of(String layer, Consumer<? super Builder> content) {
    Builder builder = new Builder(layer);
    try {
      content.accept(builder);
      return builder.build();
    } catch (RuntimeException | Error e) {
      builder.file.close();
      throw e;
    }
  }

  /** Returns the name of the layer. */
  public String layer() {
    return dataset.layer();
  }

  /** Returns the number of samples. */
  public int size() {
    return dataset.size();
  }

  /** Returns the names of the classes by label; empty if unknown. */
  public List<String> classNames() {
    return dataset.classNames();
  }

  FeatureDataset dataset() {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED,
          "The features of \"" + layer() + "\" are closed.",
          "Close them after the training.");
    }
    return dataset;
  }

  /** Removes the file. Closing twice has no effect. */
  @Override
  public void close() {
    closed = true;
    file.close();
  }

  /** Takes samples one after the other and writes them to the file. Not thread-safe. */
  public static final class Builder {
    private static final int ROWS_AT_ONCE = 256;

    private final String layer;
    private final FeatureFile file = FeatureFile.create(0);
    private String name = "features";
    private List<String> classNames = List.of();
    private float[] rows = new float[0];
    private int width;
    private int filled;
    private int[] labels = new int[ROWS_AT_ONCE];
    private float[] weights = new float[ROWS_AT_ONCE];
    private int size;

    private Builder(String layer) {
      this.layer = layer;
    }

    /** Sets the name of the data set in messages, {@code features} by default. */
    public Builder name(String text) {
      name = text;
      return this;
    }

    /** Sets the names of the classes by label; by default they are unknown. */
    public Builder classNames(List<String> names) {
      classNames = List.copyOf(names);
      return this;
    }

    /** Adds a sample of weight 1; see {@link #add(int, double, float...)}. */
    public Builder add(int label, float... values) {
      return add(label, 1, values);
    }

    /**
     * Adds a sample.
     *
     * @param label index of its class, from 0
     * @param weight in the loss, 0 or more
     * @param values output of the layer for it, in row-major order; as many for each sample
     * @throws EspalierException {@link ErrorCode#INVALID_ARGUMENT} if label or weight is below 0;
     *     {@link ErrorCode#SHAPE_MISMATCH} if there are no values, or not as many as those of the
     *     first sample; {@link ErrorCode#FILE_NOT_WRITABLE} if the disk is full
     */
    public Builder add(int label, double weight, float... values) {
      if (label < 0 || !(weight >= 0) || Float.isInfinite((float) weight)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "Sample " + size + " has the label " + label + " and the weight " + weight + ".",
            "Give numbers of 0 or more.");
      }
      if (size == 0) {
        width = values.length;
        rows = new float[Math.multiplyExact(ROWS_AT_ONCE, width)];
      }
      if (values.length != width || width == 0) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "Sample "
                + size
                + " has "
                + values.length
                + " features"
                + (width == 0 ? "." : ", the first one " + width + "."),
            "Give the output of one layer for each sample.");
      }
      if (size == labels.length) {
        int longer = Math.addExact(size, size / 2);
        labels = Arrays.copyOf(labels, longer);
        weights = Arrays.copyOf(weights, longer);
      }
      labels[size] = label;
      weights[size] = (float) weight;
      size++;
      System.arraycopy(values, 0, rows, filled * width, width);
      filled++;
      if (filled == ROWS_AT_ONCE) {
        write();
      }
      return this;
    }

    private void write() {
      if (filled > 0) {
        float[] written = Arrays.copyOf(rows, filled * width);
        Map<String, HostArray> arrays = new HashMap<>();
        arrays.put(Feeds.FEATURES, HostArray.wrap(Shape.of(filled, width), written));
        file.append(arrays, 1);
        filled = 0;
      }
    }

    private Features build() {
      if (size == 0) {
        throw new EspalierException(
            ErrorCode.EMPTY_DATASET,
            "There are no features of \"" + layer + "\".",
            "Add at least one sample.");
      }
      write();
      return new Features(
          new FeatureDataset(
              name,
              layer,
              classNames,
              file,
              Arrays.copyOf(labels, size),
              Arrays.copyOf(weights, size)),
          file);
    }
  }
}
