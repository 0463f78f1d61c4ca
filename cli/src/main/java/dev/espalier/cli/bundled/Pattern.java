package dev.espalier.cli.bundled;

import dev.espalier.random.RandomStream;

/** A background: the fraction of the second color at a point, from 0 to 1. */
@FunctionalInterface
interface Pattern {
  double at(double x, double y);

  static Pattern random(RandomStream random) {
    double angle = random.nextDouble(0, Math.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double frequency = 2 * Math.PI * random.nextDouble(1, 6);
    double phase = random.nextDouble(0, 2 * Math.PI);
    double second = random.nextDouble(0, 2 * Math.PI);
    return switch (random.nextInt(4)) {
      case 0 -> (x, y) -> 0;
      case 1 -> (x, y) -> wave(frequency * (x * cos + y * sin) + phase);
      case 2 ->
          (x, y) ->
              wave(frequency * (x * cos + y * sin) + phase)
                  * wave(frequency * (y * cos - x * sin) + second);
      default ->
          (x, y) ->
              wave(4 * x + 3 * wave(5 * y + phase) + second) * wave(5 * y * cos + 4 * x * sin);
    };
  }

  private static double wave(double angle) {
    return .5 + .5 * StrictMath.sin(angle);
  }
}
