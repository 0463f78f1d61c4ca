package dev.espalier.augment.geometry;

import dev.espalier.augment.Range;
import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.function.Consumer;

/**
 * Crops a region of random area and aspect ratio and resizes it, with the rules of torchvision: ten
 * attempts to find a region that fits, otherwise the largest central region with an allowed aspect
 * ratio. Cropping, resizing and flipping take one pass over the pixels. Immutable and thread-safe.
 *
 * @param height output height in pixels
 * @param width output width in pixels
 * @param area area of the crop as a fraction of the image area, above 0 and at most 1
 * @param aspectRatio width divided by height, drawn on a logarithmic scale
 * @param interpolation interpolation method
 * @param antialias whether to smooth the image when it is reduced
 * @param mirrorProbability probability of a horizontal flip, 0 to 1
 */
public record RandomResizedCrop(
    int height,
    int width,
    Range area,
    Range aspectRatio,
    Interpolation interpolation,
    boolean antialias,
    double mirrorProbability)
    implements Augmentation {
  private static final int ATTEMPTS = 10;

  /** Checks the ranges. */
  public RandomResizedCrop {
    Arguments.requireSize(height, width, "RandomResizedCrop");
    Arguments.require(
        area.low() > 0 && area.high() <= 1,
        "RandomResizedCrop with an area of " + area + " is out of range.",
        "Give numbers above 0 and at most 1.");
    Arguments.require(
        aspectRatio.low() > 0,
        "RandomResizedCrop with an aspect ratio of " + aspectRatio + " is out of range.",
        "Give numbers above 0.");
    Arguments.requireProbability(mirrorProbability, "a horizontal flip in RandomResizedCrop");
  }

  /** Returns the crop with torchvision's defaults: area 0.08 to 1, aspect ratio 3/4 to 4/3. */
  public static RandomResizedCrop to(int height, int width) {
    return new RandomResizedCrop(
        height,
        width,
        Range.of(0.08, 1),
        Range.of(3 / 4.0, 4 / 3.0),
        Interpolation.BILINEAR,
        true,
        0);
  }

  /** Returns this augmentation with another range of areas, as fractions of the image area. */
  public RandomResizedCrop withArea(double low, double high) {
    return with(changed -> changed.area = Range.of(low, high));
  }

  /** Returns this augmentation with other proportions, width over height. */
  public RandomResizedCrop withAspectRatio(double low, double high) {
    return with(changed -> changed.aspectRatio = Range.of(low, high));
  }

  /** Returns this augmentation with another interpolation. */
  public RandomResizedCrop withInterpolation(Interpolation value) {
    return with(changed -> changed.interpolation = value);
  }

  /** Returns this augmentation with or without antialiasing when images shrink. */
  public RandomResizedCrop withAntialias(boolean value) {
    return with(changed -> changed.antialias = value);
  }

  /** Returns this augmentation with half of the images flipped horizontally, at no cost. */
  public RandomResizedCrop mirroringHalf() {
    return with(changed -> changed.mirrorProbability = 0.5);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Box box = box(image, random);
    boolean mirrored = random.nextBoolean(mirrorProbability);
    return new Resampling(interpolation, antialias).resize(image, box, height, width, mirrored);
  }

  Box box(Image image, RandomStream random) {
    double total = (double) image.height() * image.width();
    Range logarithm =
        Range.of(StrictMath.log(aspectRatio.low()), StrictMath.log(aspectRatio.high()));
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double target = total * area.draw(random);
      double ratio = StrictMath.exp(logarithm.draw(random));
      int columns = (int) Math.rint(Math.sqrt(target * ratio));
      int rows = (int) Math.rint(Math.sqrt(target / ratio));
      if (columns > 0 && columns <= image.width() && rows > 0 && rows <= image.height()) {
        int top = random.nextInt(image.height() - rows + 1);
        return new Box(top, random.nextInt(image.width() - columns + 1), rows, columns);
      }
    }
    return middle(image);
  }

  private Box middle(Image image) {
    double ratio = (double) image.width() / image.height();
    if (ratio < aspectRatio.low()) {
      int rows = (int) Math.rint(image.width() / aspectRatio.low());
      return Box.centred(image, Math.max(1, Math.min(rows, image.height())), image.width());
    }
    if (ratio > aspectRatio.high()) {
      int columns = (int) Math.rint(image.height() * aspectRatio.high());
      return Box.centred(image, image.height(), Math.max(1, Math.min(columns, image.width())));
    }
    return Box.of(image);
  }

  private RandomResizedCrop with(Consumer<Settings> change) {
    Settings changed = new Settings(this);
    change.accept(changed);
    return changed.toAugmentation();
  }

  /** Changes only while {@link #with} makes a copy. */
  private static final class Settings {
    private final int height;
    private final int width;
    private Range area;
    private Range aspectRatio;
    private Interpolation interpolation;
    private boolean antialias;
    private double mirrorProbability;

    Settings(RandomResizedCrop crop) {
      height = crop.height;
      width = crop.width;
      area = crop.area;
      aspectRatio = crop.aspectRatio;
      interpolation = crop.interpolation;
      antialias = crop.antialias;
      mirrorProbability = crop.mirrorProbability;
    }

    RandomResizedCrop toAugmentation() {
      return new RandomResizedCrop(
          height, width, area, aspectRatio, interpolation, antialias, mirrorProbability);
    }
  }
}
