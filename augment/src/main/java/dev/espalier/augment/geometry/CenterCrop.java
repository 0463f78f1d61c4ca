package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.random.RandomStream;

/**
 * Crops the centre of the image. A smaller image is cropped to the aspect ratio of the output and
 * enlarged with bilinear interpolation. Immutable and thread-safe.
 *
 * @param height output height in pixels
 * @param width output width in pixels
 * @param smallImages what to do with images smaller than the crop
 */
public record CenterCrop(int height, int width, SmallImages smallImages) implements Augmentation {
  /** Checks the size. */
  public CenterCrop {
    Arguments.requireSize(height, width, "CenterCrop");
  }

  /** Returns the crop to this size. */
  public static CenterCrop to(int height, int width) {
    return new CenterCrop(height, width, SmallImages.ENLARGE);
  }

  /** Returns this augmentation with an error for images smaller than the crop. */
  public CenterCrop refusingSmallImages() {
    return new CenterCrop(height, width, SmallImages.REFUSE);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (image.height() >= height && image.width() >= width) {
      return Box.centred(image, height, width).cut(image);
    }
    requireEnlarging(smallImages, image, height, width);
    return Resize.to(height, width).cropping().resize(image);
  }

  static void requireEnlarging(SmallImages smallImages, Image image, int height, int width) {
    if (smallImages == SmallImages.REFUSE) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "An image of "
              + image.height()
              + "x"
              + image.width()
              + " pixels is smaller than the crop of "
              + height
              + "x"
              + width
              + " (height x width).",
          "Leave the image out, use a smaller crop, or enlarge small images"
              + " (small-images = enlarge).");
    }
  }
}
