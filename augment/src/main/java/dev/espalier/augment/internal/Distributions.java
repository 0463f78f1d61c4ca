package dev.espalier.augment.internal;

import dev.espalier.random.RandomStream;

/** Fractions between 0 and 1 that add up to 1. */
public final class Distributions {
  private Distributions() {}

  /** Returns a random number from the symmetric beta distribution. */
  public static double beta(double alpha, RandomStream random) {
    return dirichlet(2, alpha, random)[0];
  }

  /** Returns random numbers from the symmetric Dirichlet distribution. */
  public static double[] dirichlet(int count, double alpha, RandomStream random) {
    double[] shares = new double[count];
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      shares[i] = logarithmOfGamma(alpha, random);
      greatest = Math.max(greatest, shares[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = StrictMath.exp(shares[i] - greatest);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /**
   * Returns the logarithm of a random number from the gamma distribution with scale 1 (Marsaglia
   * and Tsang, 2000). The number itself would underflow for small alpha.
   */
  private static double logarithmOfGamma(double alpha, RandomStream random) {
    if (alpha < 1) {
      double boost = StrictMath.log(1 - random.nextDouble()) / alpha;
      return logarithmOfGamma(alpha + 1, random) + boost;
    }
    double d = alpha - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double root = 1 + c * x;
      if (root <= 0) {
        continue;
      }
      double v = root * root * root;
      double logarithm = StrictMath.log(v);
      if (StrictMath.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * logarithm) {
        return StrictMath.log(d) + logarithm;
      }
    }
  }
}
