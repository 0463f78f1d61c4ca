package dev.espalier.datasets;

import dev.espalier.data.Dataset;
import dev.espalier.data.Sample;
import dev.espalier.datasets.image.ImageDecoder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Picture files with their labels, decoded when read. Immutable, so safe for several threads. */
final class PictureFiles implements Dataset {
  private final String name;
  private final List<String> classNames;
  private final List<Path> files;
  private final int[] labels;
  private final ImageDecoder decoder;

  private PictureFiles(
      String name, List<String> classNames, List<Path> files, int[] labels, ImageDecoder decoder) {
    this.name = name;
    this.classNames = classNames;
    this.files = files;
    this.labels = labels;
    this.decoder = decoder;
  }

  /**
   * Returns the files in their order.
   *
   * @param classNames by label; the class of each file is among them
   */
  static PictureFiles of(
      String name, List<String> classNames, List<LabelledFile> files, ImageDecoder decoder) {
    Map<String, Integer> labels = new HashMap<>();
    for (int label = 0; label < classNames.size(); label++) {
      labels.put(classNames.get(label), label);
    }
    return new PictureFiles(
        name,
        List.copyOf(classNames),
        files.stream().map(LabelledFile::file).toList(),
        files.stream().mapToInt(file -> labels.getOrDefault(file.className(), -1)).toArray(),
        decoder);
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
    return new Sample(decoder.read(files.get(index)), labels[index]);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public Path file(int index) {
    return files.get(index);
  }

  @Override
  public String toString() {
    return name + " (" + size() + " pictures)";
  }
}
