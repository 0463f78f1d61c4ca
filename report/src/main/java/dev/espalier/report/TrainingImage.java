package dev.espalier.report;

import dev.espalier.callback.ObservedBatch;
import dev.espalier.data.Image;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.report.internal.page.Thumbnails;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An image as a model was trained on it: augmented, resized, perhaps mixed with another. Immutable.
 *
 * @param image made small
 * @param label names of its classes, with their fractions where images are mixed; empty if unknown
 */
public record TrainingImage(Image image, String label) {
  private static final String IMAGES = "image";
  private static final String LABELS = "label";
  private static final double PRESENT = 0.02;

  /**
   * Returns the first images of a batch, made small; none if images were not fed, as with cached
   * features.
   *
   * @param classNames names of the classes by label; without them, labels are numbers
   * @param count how many at most
   */
  public static List<TrainingImage> of(ObservedBatch batch, List<String> classNames, int count) {
    HostArray pixels = batch.inputs().get(IMAGES);
    if (pixels == null || !areIn(batch)) {
      return List.of();
    }
    Shape shape = pixels.shape();
    int height = shape.size(1);
    int width = shape.size(2);
    int channels = shape.size(3);
    HostArray labels = batch.inputs().get(LABELS);
    List<TrainingImage> images = new ArrayList<>();
    for (int i = 0; i < Math.min(count, shape.size(0)); i++) {
      byte[] values = new byte[height * width * channels];
      pixels.bytes().position(i * values.length).get(values);
      images.add(
          new TrainingImage(
              Thumbnails.of(Image.wrap(height, width, channels, values)),
              labels == null ? "" : label(labels, i, classNames)));
    }
    return images;
  }

  /** Returns whether images were fed, rather than features of them. */
  static boolean areIn(ObservedBatch batch) {
    HostArray pixels = batch.inputs().get(IMAGES);
    return pixels != null && pixels.dataType() == DataType.UINT8 && pixels.shape().rank() == 4;
  }

  private static String label(HostArray labels, int sample, List<String> classNames) {
    if (labels.dataType() == DataType.INT32) {
      return labels.shape().rank() == 1 ? name((int) labels.at(sample), classNames) : "";
    }
    if (labels.dataType() != DataType.FLOAT32 || labels.shape().rank() != 2) {
      return "";
    }
    int classes = labels.shape().size(1);
    List<String> present = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      double fraction = labels.at(sample * classes + i);
      if (fraction > PRESENT && classes > 1) {
        String name = name(i, classNames);
        present.add(
            fraction > 1 - PRESENT
                ? name
                : String.format(Locale.ROOT, "%s %.0f %%", name, 100 * fraction));
      }
    }
    return String.join(", ", present);
  }

  private static String name(int label, List<String> classNames) {
    return label >= 0 && label < classNames.size()
        ? classNames.get(label)
        : Integer.toString(label);
  }
}
