package dev.espalier.augment.internal;

import dev.espalier.random.RandomStream;

/**
 * Fast normal random numbers: a lookup for 12 random bits returns one of 4096 evenly spaced
 * quantiles, from -3.7 to 3.7 standard deviations. Exact sampling would need logarithms, although a
 * pixel has only 256 levels.
 */
public final class NormalQuantiles {
  private static final int BITS = 12;
  private static final int COUNT = 1 << BITS;
  private static final int PER_LONG = Long.SIZE / BITS;
  private static final float[] QUANTILES = quantiles();

  private NormalQuantiles() {}

  public static void addTo(Raster raster, float deviation, RandomStream random) {
    byte[] bytes = raster.bytes;
    for (int i = 0; i < bytes.length; ) {
      long bits = random.nextLong();
      for (int part = 0; part < PER_LONG && i < bytes.length; part++, i++, bits >>>= BITS) {
        float noise = QUANTILES[(int) bits & (COUNT - 1)] * deviation;
        bytes[i] = Raster.rounded((bytes[i] & 0xff) + noise);
      }
    }
  }

  /** Integrates the density in small steps until the probability of each quantile is reached. */
  private static float[] quantiles() {
    float[] quantiles = new float[COUNT];
    double step = 1e-4;
    double density = 1 / Math.sqrt(2 * Math.PI);
    double place = 0;
    double share = 0.5;
    for (int i = COUNT / 2; i < COUNT; i++) {
      double wanted = (i + 0.5) / COUNT;
      while (share < wanted) {
        double middle = place + step / 2;
        share += density * StrictMath.exp(-0.5 * middle * middle) * step;
        place += step;
      }
      quantiles[i] = (float) place;
      quantiles[COUNT - 1 - i] = (float) -place;
    }
    return quantiles;
  }
}
