package dev.espalier.augment.color;

import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Stretches the values of each channel to the full range from 0 to 255. A channel with a single
 * value is unchanged. Immutable and thread-safe.
 */
public record AutoContrast() implements Augmentation {
  @Override
  public Image apply(Image image, RandomStream random) {
    Raster raster = Raster.copyOf(image);
    raster.lookUp(tables(raster));
    return raster.image();
  }

  /** Returns a lookup table for each channel. */
  private static byte[][] tables(Raster raster) {
    int[][] histograms = raster.histograms();
    byte[][] tables = new byte[raster.channels][];
    for (int channel = 0; channel < raster.channels; channel++) {
      int least = 0;
      while (histograms[channel][least] == 0) {
        least++;
      }
      int greatest = 255;
      while (histograms[channel][greatest] == 0) {
        greatest--;
      }
      int low = least;
      float scale = least == greatest ? 0 : 255f / (greatest - least);
      tables[channel] =
          Tables.rounded(
              scale == 0 ? value -> value : value -> Math.max(0, value * scale - low * scale));
    }
    return tables;
  }
}
