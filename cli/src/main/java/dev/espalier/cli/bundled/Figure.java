package dev.espalier.cli.bundled;

import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;

/**
 * A shape within the unit circle. Its distance field is computed once on a grid, so that the cost
 * of drawing does not depend on the number of lines.
 */
final class Figure {
  private static final int GRID = 64;
  private static final double REACH = 1.6;
  private static final int CORNERS = 48;

  // Part of the definition of the data set: another seed gives other classes.
  private static final RandomKey KEY = RandomKey.ofSeed(20).with("glyph");

  private final String name;
  private final boolean filled;
  private final float[] distances;

  private Figure(String name, boolean filled, double[] points) {
    this.name = name;
    this.filled = filled;
    this.distances = new float[GRID * GRID];
    for (int row = 0; row < GRID; row++) {
      for (int column = 0; column < GRID; column++) {
        distances[row * GRID + column] =
            (float) distance(points, filled, position(column), position(row));
      }
    }
  }

  static Figure ofClass(int label) {
    RandomStream random = KEY.with(label).stream();
    boolean filled = label % 2 == 1;
    return new Figure(
        (filled ? "blot-" : "stroke-") + label / 2,
        filled,
        filled ? outline(random) : strokes(random));
  }

  String name() {
    return name;
  }

  /** Returns the distance of a point from the ink, negative inside. */
  double distance(double x, double y, double thickness) {
    double column = (x / REACH + 1) / 2 * (GRID - 1);
    double row = (y / REACH + 1) / 2 * (GRID - 1);
    if (!(column >= 0 && row >= 0 && column < GRID - 1 && row < GRID - 1)) {
      return REACH;
    }
    int left = (int) column;
    int top = (int) row;
    double right = column - left;
    double below = row - top;
    int corner = top * GRID + left;
    double upper = distances[corner] + right * (distances[corner + 1] - distances[corner]);
    double lower =
        distances[corner + GRID]
            + right * (distances[corner + GRID + 1] - distances[corner + GRID]);
    return upper + below * (lower - upper) - (filled ? 0 : thickness);
  }

  private static double position(int index) {
    return (2.0 * index / (GRID - 1) - 1) * REACH;
  }

  /** A line through some of nine points, as if written without lifting the pen. */
  private static double[] strokes(RandomStream random) {
    int[] order = random.permutation(9);
    int count = 4 + random.nextInt(2);
    double[] points = new double[2 * count];
    for (int i = 0; i < count; i++) {
      points[2 * i] = (order[i] % 3 - 1) * .62;
      points[2 * i + 1] = (order[i] / 3 - 1) * .62;
    }
    return points;
  }

  /** A closed curve: a circle with a few waves of different heights. */
  private static double[] outline(RandomStream random) {
    double[] heights = new double[5];
    double[] phases = new double[5];
    for (int i = 0; i < heights.length; i++) {
      heights[i] = random.nextDouble(0, .42) / (1 + .3 * i);
      phases[i] = random.nextDouble(0, 2 * Math.PI);
    }
    double[] radii = new double[CORNERS];
    double largest = 0;
    for (int i = 0; i < CORNERS; i++) {
      double angle = 2 * Math.PI * i / CORNERS;
      double radius = 1;
      for (int wave = 0; wave < heights.length; wave++) {
        radius += heights[wave] * StrictMath.cos((wave + 1) * angle + phases[wave]);
      }
      radii[i] = Math.max(.15, radius);
      largest = Math.max(largest, radii[i]);
    }
    double[] points = new double[2 * CORNERS + 2];
    for (int i = 0; i <= CORNERS; i++) {
      double angle = 2 * Math.PI * i / CORNERS;
      double radius = .95 * radii[i % CORNERS] / largest;
      points[2 * i] = radius * StrictMath.cos(angle);
      points[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    return points;
  }

  private static double distance(double[] points, boolean filled, double x, double y) {
    double nearest = Double.POSITIVE_INFINITY;
    boolean inside = false;
    for (int i = 2; i < points.length; i += 2) {
      double fromX = points[i - 2];
      double fromY = points[i - 1];
      double sideX = points[i] - fromX;
      double sideY = points[i + 1] - fromY;
      double along = ((x - fromX) * sideX + (y - fromY) * sideY) / (sideX * sideX + sideY * sideY);
      double part = Math.max(0, Math.min(1, along));
      double awayX = x - fromX - part * sideX;
      double awayY = y - fromY - part * sideY;
      nearest = Math.min(nearest, awayX * awayX + awayY * awayY);
      if (fromY > y != points[i + 1] > y && x < fromX + (y - fromY) / sideY * sideX) {
        inside = !inside;
      }
    }
    double distance = Math.sqrt(nearest);
    return filled && inside ? -distance : distance;
  }
}
