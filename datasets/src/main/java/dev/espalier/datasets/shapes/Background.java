package dev.espalier.datasets.shapes;

import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;

/** The background of a shape, as a mixture of two colors at each point. */
@FunctionalInterface
interface Background {
  /**
   * Returns the weight of the second color, from 0 to 1.
   *
   * @param x from 0 at the left border to 1 at the right one
   * @param y from 0 at the top to 1 at the bottom
   */
  double shareAt(double x, double y);

  /** Returns a plain background, a gradient or a texture. */
  static Background random(RandomStream random) {
    double choice = random.nextDouble();
    if (choice < .34) {
      return (x, y) -> 0;
    }
    double angle = random.nextDouble(0, 2 * Math.PI);
    double alongX = StrictMath.cos(angle);
    double alongY = StrictMath.sin(angle);
    if (choice < .6) {
      return (x, y) -> .5 + .7 * ((x - .5) * alongX + (y - .5) * alongY);
    }
    double cells = random.nextDouble(3, 6);
    double phase = random.nextDouble();
    if (choice < .75) {
      return (x, y) -> wave(cells * (x * alongX + y * alongY) + phase);
    }
    if (choice < .87) {
      return (x, y) ->
          wave(cells * (x * alongX + y * alongY) + phase)
              * wave(cells * (y * alongX - x * alongY) + phase);
    }
    return blotches(new RandomKey(random.nextLong()), cells);
  }

  /** A triangular wave of period 1 between 0 and 1. */
  private static double wave(double position) {
    double fraction = position - Math.floor(position);
    return 1 - Math.abs(2 * fraction - 1);
  }

  /** Random values at the corners of a grid, smoothly interpolated between them. */
  private static Background blotches(RandomKey key, double cells) {
    int corners = (int) cells + 2;
    RandomStream random = key.stream();
    double[] values = new double[corners * corners];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble();
    }
    return (x, y) -> {
      int column = (int) (x * cells);
      int row = (int) (y * cells);
      double right = smooth(x * cells - column);
      double lower = smooth(y * cells - row);
      int corner = row * corners + column;
      double top = values[corner] + right * (values[corner + 1] - values[corner]);
      double bottom =
          values[corner + corners]
              + right * (values[corner + corners + 1] - values[corner + corners]);
      return top + lower * (bottom - top);
    };
  }

  private static double smooth(double share) {
    return share * share * (3 - 2 * share);
  }
}
