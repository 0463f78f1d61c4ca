package dev.espalier.augment.geometry;

import dev.espalier.augment.internal.Arguments;
import dev.espalier.augment.internal.Box;
import dev.espalier.augment.internal.NormalQuantiles;
import dev.espalier.augment.internal.Raster;
import dev.espalier.random.RandomStream;
import java.util.Arrays;

/**
 * Fill of an erased area. Immutable.
 *
 * @param noise whether to fill with random noise
 * @param value pixel value of every channel if there is no noise, 0 to 255
 */
public record Filling(boolean noise, int value) {
  /** Checks the value. */
  public Filling {
    Arguments.requireByte(value, "filling");
  }

  /** Returns one value for all channels. */
  public static Filling of(int value) {
    return new Filling(false, value);
  }

  /**
   * Returns noise from a normal distribution with mean 0 and standard deviation 255, clipped:
   * Keras' default.
   */
  public static Filling ofNoise() {
    return new Filling(true, 0);
  }

  /** Fills a box of the raster. */
  public void fill(Raster raster, Box box, RandomStream random) {
    Raster filling = Raster.blank(box.height(), box.width(), raster.channels);
    if (noise) {
      NormalQuantiles.addTo(filling, 255, random);
    } else {
      Arrays.fill(filling.bytes, (byte) value);
    }
    for (int row = 0; row < box.height(); row++) {
      System.arraycopy(
          filling.bytes,
          row * filling.rowLength(),
          raster.bytes,
          ((box.top() + row) * raster.width + box.left()) * raster.channels,
          filling.rowLength());
    }
  }
}
