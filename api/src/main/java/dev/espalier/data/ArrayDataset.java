package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Images of one size in one array. Safe for several threads as long as that is left alone. */
final class ArrayDataset implements Dataset {
  private final String name;
  private final List<String> classNames;
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] pixels;
  private final int[] labels;

  private ArrayDataset(
      String name,
      List<String> classNames,
      int height,
      int width,
      int channels,
      byte[] pixels,
      int[] labels) {
    this.name = name;
    this.classNames = classNames;
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = pixels;
    this.labels = labels;
  }

  static Dataset of(
      String name,
      List<String> classNames,
      int height,
      int width,
      int channels,
      byte[] pixels,
      int[] labels) {
    boolean sized = height > 0 && width > 0 && channels > 0;
    if (!sized || pixels.length != (long) height * width * channels * labels.length) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          pixels.length
              + " bytes do not fill "
              + labels.length
              + " images of "
              + height
              + "x"
              + width
              + "x"
              + channels
              + ".",
          "Give height * width * channels bytes per label.");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new EspalierException(
            ErrorCode.LABEL_OUT_OF_RANGE,
            "Sample " + i + " of " + name + " has the label " + labels[i] + ".",
            "There are " + classNames.size() + " classes, counted from 0.");
      }
    }
    return new ArrayDataset(name, List.copyOf(classNames), height, width, channels, pixels, labels);
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
    int label = label(index);
    int length = height * width * channels;
    byte[] own = Arrays.copyOfRange(pixels, index * length, (index + 1) * length);
    return new Sample(Image.wrap(height, width, channels, own), label);
  }

  @Override
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)];
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public String toString() {
    return name + " (" + size() + " samples)";
  }
}
