package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Samples of which the output of a layer is known instead of the image, which is a black pixel. The
 * features are in a file, classes and weights in memory. Thread-safe; for use while the file is
 * open.
 */
public final class FeatureDataset implements Dataset {
  private final String name;
  private final String layer;
  private final List<String> classNames;
  private final FeatureFile file;
  private final int[] labels;
  private final float[] weights;

  /**
   * Describes a file of samples.
   *
   * @param layer whose output the features are
   * @param classNames by label; empty if unknown
   * @param file with an array {@link Feeds#FEATURES} of one axis for each sample
   */
  public FeatureDataset(
      String name,
      String layer,
      List<String> classNames,
      FeatureFile file,
      int[] labels,
      float[] weights) {
    this.name = name;
    this.layer = layer;
    this.classNames = List.copyOf(classNames);
    this.file = file;
    this.labels = labels;
    this.weights = weights;
  }

  /** Does what {@link Datasets#matchClasses} does, also for features. */
  public static Dataset matchClasses(Dataset dataset, List<String> known) {
    Dataset matched = Datasets.matchClasses(dataset, known);
    if (matched == dataset || !(dataset instanceof FeatureDataset features)) {
      return matched;
    }
    int[] labels = new int[features.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = matched.label(i);
    }
    return new FeatureDataset(
        features.name, features.layer, known, features.file, labels, features.weights);
  }

  /** Returns the features of some samples, with a row for each. */
  HostArray features(int... indices) {
    return Objects.requireNonNull(file.read(indices).get(Feeds.FEATURES));
  }

  /** Returns the weight of a sample. */
  float weight(int index) {
    return weights[index];
  }

  /** Returns the layer whose output the features are. */
  public String layer() {
    return layer;
  }

  /** Returns the number of features of a sample. */
  public int width() {
    return features(0).elementCount();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Sample get(int index) {
    HostArray row = features(index);
    return new Sample(
        Image.wrap(1, 1, 1, new byte[1]),
        List.of(labels[index]),
        Map.of(Feeds.FEATURES, row.reshape(Shape.of(row.elementCount()))),
        weight(index));
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }
}
