package dev.espalier.core.internal.classifier;

import dev.espalier.data.Image;
import dev.espalier.graph.HostArray;
import java.util.ArrayList;
import java.util.List;

/** Views of one image, whose answers are averaged: parts of it, and their mirror images. */
public final class ImageViews {
  /** How many views there can be. */
  public static final List<Integer> COUNTS = List.of(1, 2, 5, 10);

  private ImageViews() {}

  /** Returns whether so many views are parts of the image, rather than the whole of it. */
  public static boolean areParts(int count) {
    return count >= 5;
  }

  /**
   * Returns views of an image: 1 is the image itself; 2 adds its mirror image; 5 are its centre and
   * its four corners, each with 7/8 of its height and width; 10 adds their mirror images.
   *
   * @param count one of {@link #COUNTS}
   */
  public static List<Image> of(Image image, int count) {
    List<Image> views = new ArrayList<>(areParts(count) ? parts(image) : List.of(image));
    if (count % 2 == 0) {
      List.copyOf(views).forEach(view -> views.add(mirrored(view)));
    }
    return views;
  }

  private static List<Image> parts(Image image) {
    int height = Math.max(1, Math.round(image.height() * 7 / 8f));
    int width = Math.max(1, Math.round(image.width() * 7 / 8f));
    int bottom = image.height() - height;
    int right = image.width() - width;
    return List.of(
        part(image, bottom / 2, right / 2, height, width),
        part(image, 0, 0, height, width),
        part(image, 0, right, height, width),
        part(image, bottom, 0, height, width),
        part(image, bottom, right, height, width));
  }

  private static Image part(Image image, int top, int left, int height, int width) {
    byte[] pixels = new byte[height * width * image.channels()];
    int target = 0;
    for (int row = top; row < top + height; row++) {
      for (int column = left; column < left + width; column++) {
        for (int channel = 0; channel < image.channels(); channel++) {
          pixels[target++] = (byte) image.at(row, column, channel);
        }
      }
    }
    return Image.wrap(height, width, image.channels(), pixels);
  }

  private static Image mirrored(Image image) {
    byte[] pixels = new byte[image.height() * image.width() * image.channels()];
    int target = 0;
    for (int row = 0; row < image.height(); row++) {
      for (int column = image.width() - 1; column >= 0; column--) {
        for (int channel = 0; channel < image.channels(); channel++) {
          pixels[target++] = (byte) image.at(row, column, channel);
        }
      }
    }
    return Image.wrap(image.height(), image.width(), image.channels(), pixels);
  }

  /**
   * Returns the mean of what a model says about the views of an image.
   *
   * @param values arrays of one shape, one for each view
   */
  public static HostArray mean(List<HostArray> values) {
    if (values.size() == 1) {
      return values.get(0);
    }
    float[] means = values.get(0).toFloats();
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      for (HostArray value : values) {
        sum += value.at(i);
      }
      means[i] = (float) (sum / values.size());
    }
    return HostArray.wrap(values.get(0).shape(), means);
  }
}
