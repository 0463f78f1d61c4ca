package dev.espalier.augment;

import dev.espalier.random.RandomStream;

/** Shares between 0 and 1 that add up to 1. */
final class Distributions {
  private Distributions() {}

  /** Returns a number of the symmetric beta distribution. */
  static double beta(double alpha, RandomStream random) {
    return dirichlet(2, alpha, random)[0];
  }

  /** Returns numbers of the symmetric Dirichlet distribution. */
  static double[] dirichlet(int count, double alpha, RandomStream random) {
    double[] shares = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      shares[i] = gamma(alpha, random);
      sum += shares[i];
    }
    for (int i = 0; i < count; i++) {
      // A sum of 0 is a small alpha at the limit of what a number holds: one share is everything.
      shares[i] = sum > 0 ? shares[i] / sum : i == 0 ? 1 : 0;
    }
    return shares;
  }

  /** Returns a number of the gamma distribution of scale 1 (Marsaglia and Tsang, 2000). */
  private static double gamma(double alpha, RandomStream random) {
    if (alpha < 1) {
      double boost = StrictMath.pow(1 - random.nextDouble(), 1 / alpha);
      return gamma(alpha + 1, random) * boost;
    }
    double d = alpha - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      if (v <= 0) {
        continue;
      }
      v = v * v * v;
      if (StrictMath.log(1 - random.nextDouble())
          < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return d * v;
      }
    }
  }
}
