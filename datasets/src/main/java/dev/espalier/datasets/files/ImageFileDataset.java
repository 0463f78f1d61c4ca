package dev.espalier.datasets.files;

import dev.espalier.data.Dataset;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.datasets.image.ImageDecoder;
import dev.espalier.datasets.internal.files.LabelledFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Image files with their labels, decoded on access. Immutable and thread-safe. */
final class ImageFileDataset implements Dataset {
  private final String name;
  private final List<String> classNames;
  private final List<Path> files;
  private final List<List<Integer>> labels;
  private final double[] weights;
  private final boolean multiLabel;
  private final ImageDecoder decoder;
  private final List<String> warnings;

  private ImageFileDataset(
      String name,
      List<String> classNames,
      List<Path> files,
      List<List<Integer>> labels,
      double[] weights,
      boolean multiLabel,
      ImageDecoder decoder,
      List<String> warnings) {
    this.name = name;
    this.classNames = classNames;
    this.files = files;
    this.labels = labels;
    this.weights = weights;
    this.multiLabel = multiLabel;
    this.decoder = decoder;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Returns the files in order.
   *
   * @param classNames by label; other classes of a file are ignored
   * @param multiLabel whether a file may have several classes
   * @param warnings about the files
   */
  static ImageFileDataset of(
      String name,
      List<String> classNames,
      List<LabelledFile> files,
      boolean multiLabel,
      ImageDecoder decoder,
      List<String> warnings) {
    // Many images have the same classes, so they use the same list of labels.
    Map<List<String>, List<Integer>> known = new HashMap<>();
    return new ImageFileDataset(
        name,
        List.copyOf(classNames),
        files.stream().map(LabelledFile::file).toList(),
        files.stream()
            .map(file -> known.computeIfAbsent(file.classNames(), own -> labels(classNames, own)))
            .toList(),
        files.stream().mapToDouble(LabelledFile::weight).toArray(),
        multiLabel,
        decoder,
        warnings);
  }

  private static List<Integer> labels(List<String> classNames, List<String> own) {
    return own.stream().map(classNames::indexOf).filter(label -> label >= 0).sorted().toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return labels.size();
  }

  @Override
  public Sample get(int index) {
    return new Sample(decoder.read(files.get(index)), labels.get(index)).withWeight(weights[index]);
  }

  @Override
  public List<Integer> labels(int index) {
    return labels.get(index);
  }

  @Override
  public int label(int index) {
    return multiLabel ? Dataset.super.label(index) : labels.get(index).get(0);
  }

  @Override
  public Target target() {
    return multiLabel ? Target.multiHot() : Target.classIndex();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public Path file(int index) {
    return files.get(index);
  }

  @Override
  public String toString() {
    return name + " (" + size() + " images)";
  }
}
