package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Crops a region of the given size at a random position, all positions equally likely. For an image
 * that does not exceed the crop on both axes, Keras' rule applies: a window of the output size is
 * taken from the corner of the largest central region with the aspect ratio of the output, as far
 * as the image extends, and stretched. Immutable and thread-safe.
 *
 * @param height output height in pixels
 * @param width output width in pixels
 * @param smallImages what to do with images smaller than the crop
 */
public record RandomCrop(int height, int width, SmallImages smallImages) implements Augmentation {
  /** Checks the size. */
  public RandomCrop {
    Arguments.requireSize(height, width, "RandomCrop");
  }

  /** Returns the crop to this size. */
  public static RandomCrop to(int height, int width) {
    return new RandomCrop(height, width, SmallImages.ENLARGE);
  }

  /** Returns this augmentation with an error for images smaller than the crop. */
  public RandomCrop refusingSmallImages() {
    return new RandomCrop(height, width, SmallImages.REFUSE);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int freeRows = image.height() - height;
    int freeColumns = image.width() - width;
    if (freeRows > 0 && freeColumns > 0) {
      int top = random.nextInt(freeRows + 1);
      return new Box(top, random.nextInt(freeColumns + 1), height, width).cut(image);
    }
    if (freeRows < 0 || freeColumns < 0) {
      CenterCrop.requireEnlarging(smallImages, image, height, width);
    }
    Box part = Box.centredWithProportions(image, height, width);
    Box window =
        new Box(
            part.top(),
            part.left(),
            Math.min(height, image.height() - part.top()),
            Math.min(width, image.width() - part.left()));
    return new Resampling(Interpolation.BILINEAR, false)
        .resize(image, window, height, width, false);
  }
}
