package dev.espalier.augment.internal;

import dev.espalier.data.Image;

/** A box that lies entirely inside an image. */
public record Box(int top, int left, int height, int width) {
  public static Box of(Image image) {
    return new Box(0, 0, image.height(), image.width());
  }

  /** Returns the box of the given size in the center, rounded up and left. */
  public static Box centred(Image image, int height, int width) {
    return new Box((image.height() - height) / 2, (image.width() - width) / 2, height, width);
  }

  /** Returns the largest box in the center with the aspect ratio {@code height x width}. */
  public static Box centredWithProportions(Image image, int height, int width) {
    long rows = (long) image.width() * height / width;
    long columns = (long) image.height() * width / height;
    return centred(
        image,
        (int) Math.max(1, Math.min(image.height(), rows)),
        (int) Math.max(1, Math.min(image.width(), columns)));
  }

  /** Returns the pixels whose indices are at least the first bounds and below the second. */
  public static Box between(double top, double left, double bottom, double right, Image image) {
    int firstRow = (int) Math.ceil(top);
    int firstColumn = (int) Math.ceil(left);
    int rows = Math.min((int) Math.ceil(bottom), image.height()) - firstRow;
    int columns = Math.min((int) Math.ceil(right), image.width()) - firstColumn;
    return new Box(firstRow, firstColumn, Math.max(rows, 0), Math.max(columns, 0));
  }

  /** Returns the box as a separate image. */
  public Image cut(Image image) {
    if (equals(of(image))) {
      return image;
    }
    Raster source = Raster.copyOf(image);
    Raster target = Raster.blank(height, width, source.channels);
    for (int row = 0; row < height; row++) {
      System.arraycopy(
          source.bytes,
          ((top + row) * source.width + left) * source.channels,
          target.bytes,
          row * target.rowLength(),
          target.rowLength());
    }
    return target.image();
  }
}
