package dev.espalier.augment.color;

import dev.espalier.augment.internal.Raster;
import dev.espalier.augment.internal.Tables;
import dev.espalier.data.Augmentation;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * Equalizes the histogram of each channel: a value becomes {@code round((c - c_min) / (total -
 * c_min) * 255)}, where c is the number of values up to it. A channel with a single value is
 * unchanged. Immutable and thread-safe.
 */
public record Equalize() implements Augmentation {
  @Override
  public Image apply(Image image, RandomStream random) {
    Raster raster = Raster.copyOf(image);
    int[][] histograms = raster.histograms();
    byte[][] tables = new byte[raster.channels][];
    for (int channel = 0; channel < raster.channels; channel++) {
      tables[channel] = table(histograms[channel], raster.height * raster.width);
    }
    raster.lookUp(tables);
    return raster.image();
  }

  private static byte[] table(int[] counts, int total) {
    int least = 0;
    while (counts[least] == 0) {
      least++;
    }
    int first = counts[least];
    if (first == total) {
      return Tables.rounded(value -> value);
    }
    int[] cumulative = counts.clone();
    for (int value = 1; value < 256; value++) {
      cumulative[value] += cumulative[value - 1];
    }
    return Tables.rounded(value -> (float) (cumulative[value] - first) / (total - first) * 255);
  }
}
