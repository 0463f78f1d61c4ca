package dev.espalier.augment.policy;

import dev.espalier.augment.color.AutoContrast;
import dev.espalier.augment.color.Posterize;
import dev.espalier.augment.color.RandomInvert;
import dev.espalier.augment.color.Solarize;
import dev.espalier.augment.geometry.Affine;
import dev.espalier.augment.geometry.CoarseDropout;
import dev.espalier.augment.geometry.FillMode;
import dev.espalier.augment.geometry.Filling;
import dev.espalier.augment.geometry.Interpolation;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.PillowEnhance;
import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * The operations of the policies that the published EfficientNet weights were trained with, with
 * Pillow's arithmetic on bytes. Levels are from 0 to 10; pixels beyond the edge are gray (128).
 * Operations with a direction draw a random sign.
 */
enum PolicyOperation {
  AUTO_CONTRAST,
  BRIGHTNESS,
  COLOR,
  CONTRAST,
  CUTOUT,
  EQUALIZE,
  INVERT,
  POSTERIZE,
  ROTATE,
  SHARPNESS,
  SHEAR_X,
  SHEAR_Y,
  SOLARIZE,
  SOLARIZE_ADD,
  TRANSLATE_X,
  TRANSLATE_Y;

  private static final int GREY = 128;

  /**
   * The maximum extent of the operations measured in pixels.
   *
   * @param translation pixels at level 10
   * @param cutout half the side of the hole at level 10, in pixels
   */
  record Reach(int translation, int cutout) {
    static final Reach AUTO_AUGMENT = new Reach(250, 100);
    static final Reach RAND_AUGMENT = new Reach(100, 40);
  }

  /** Returns the augmented image. */
  Image apply(Image image, double level, Reach reach, RandomStream random) {
    double share = level / 10;
    return switch (this) {
      case AUTO_CONTRAST -> autoContrast(image);
      case BRIGHTNESS -> PillowEnhance.brightness(image, enhancement(share));
      case COLOR -> PillowEnhance.color(image, enhancement(share));
      case CONTRAST -> contrast(image, enhancement(share));
      case CUTOUT -> cutout(image, (int) (reach.cutout() * share), random);
      case EQUALIZE -> equalize(image);
      case INVERT -> RandomInvert.invert(image);
      case POSTERIZE -> Posterize.posterize(image, Math.min(8, (int) (4 * share)));
      case ROTATE -> moved(image, rotation(image, signed(30 * share, random)));
      case SHARPNESS -> PillowEnhance.sharpness(image, enhancement(share));
      case SHEAR_X -> moved(image, Affine.shear(signed(0.3 * share, random), 0));
      case SHEAR_Y -> moved(image, Affine.shear(0, signed(0.3 * share, random)));
      case SOLARIZE -> Solarize.solarize(image, 0, (int) (256 * share));
      case SOLARIZE_ADD -> solarizeAdd(image, (int) (110 * share));
      case TRANSLATE_X ->
          moved(image, Affine.translation(0, signed(reach.translation() * share, random)));
      case TRANSLATE_Y ->
          moved(image, Affine.translation(signed(reach.translation() * share, random), 0));
    };
  }

  private static float enhancement(double share) {
    return (float) (0.1 + 1.8 * share);
  }

  private static double signed(double value, RandomStream random) {
    return random.nextBoolean(0.5) ? -value : value;
  }

  private static Affine rotation(Image image, double degrees) {
    return Affine.rotation(degrees / 360, image.height(), image.width());
  }

  private static Image moved(Image image, Affine affine) {
    return affine.apply(image, Interpolation.NEAREST, FillMode.CONSTANT, GREY);
  }

  static Image autoContrast(Image image) {
    Raster raster = Raster.copyOf(image);
    int[][] histograms = raster.histograms();
    byte[][] tables = new byte[raster.channels][];
    for (int channel = 0; channel < raster.channels; channel++) {
      tables[channel] = stretched(histograms[channel]);
    }
    raster.lookUp(tables);
    return raster.image();
  }

  /** In 64 bits, unlike Keras' {@link AutoContrast}. */
  private static byte[] stretched(int[] counts) {
    int least = 0;
    while (counts[least] == 0) {
      least++;
    }
    int greatest = 255;
    while (counts[greatest] == 0) {
      greatest--;
    }
    double scale = least == greatest ? 1 : 255.0 / (greatest - least);
    double offset = least == greatest ? 0 : -least * scale;
    byte[] table = new byte[256];
    for (int value = 0; value < 256; value++) {
      table[value] = Tables.clipped((int) (value * scale + offset));
    }
    return table;
  }

  /**
   * The published code blends with the number of pixels divided by 256, clipped, rather than with
   * their mean.
   */
  private static Image contrast(Image image, float factor) {
    long pixels = (long) image.height() * image.width();
    return PillowEnhance.toward(image, (int) Math.min(255, pixels / 256), factor);
  }

  private static Image cutout(Image image, int half, RandomStream random) {
    Raster raster = Raster.copyOf(image);
    int row = random.nextInt(raster.height);
    Box box = CoarseDropout.around(raster, row, random.nextInt(raster.width), half, half);
    if (box.height() > 0 && box.width() > 0) {
      Filling.of(GREY).fill(raster, box, random);
    }
    return raster.image();
  }

  private static Image solarizeAdd(Image image, int addition) {
    Raster raster = Raster.copyOf(image);
    raster.lookUp(Tables.rounded(value -> value < 128 ? value + addition : value));
    return raster.image();
  }

  /** Pillow's equalization, whose table differs from Keras'. */
  static Image equalize(Image image) {
    Raster raster = Raster.copyOf(image);
    int[][] histograms = raster.histograms();
    byte[][] tables = new byte[raster.channels][];
    for (int channel = 0; channel < raster.channels; channel++) {
      tables[channel] = equalization(histograms[channel], raster.height * raster.width);
    }
    raster.lookUp(tables);
    return raster.image();
  }

  private static byte[] equalization(int[] counts, int total) {
    int greatest = 255;
    while (counts[greatest] == 0) {
      greatest--;
    }
    int step = (total - counts[greatest]) / 255;
    byte[] table = new byte[256];
    int below = 0;
    for (int value = 0; value < 256; value++) {
      table[value] = step == 0 ? (byte) value : Tables.clipped((below + step / 2) / step);
      below += counts[value];
    }
    return table;
  }
}
