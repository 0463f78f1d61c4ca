package dev.espalier.datasets.shapes;

import java.util.List;

/**
 * A shape as a function of the plane: how far a point is from its border, negative inside. Shapes
 * fit the unit circle about the origin; y points down, as in images.
 *
 * @param name of the class
 */
record Outline(String name, SignedDistance distance) {
  /** The distance of a point from a border. Implementations have no state. */
  @FunctionalInterface
  interface SignedDistance {
    double at(double x, double y);
  }

  /** The classes in alphabetical order, which is the order of the labels. */
  static final List<Outline> ALL =
      List.of(
          new Outline(
              "arrow", polygon(-.96, -.25, .1, -.25, .1, -.7, 1, 0, .1, .7, .1, .25, -.96, .25)),
          new Outline("circle", disc(0, 0, .88)),
          new Outline("crescent", crescent()),
          new Outline("cross", cross(.28)),
          new Outline("diamond", polygon(0, -1, .52, 0, 0, 1, -.52, 0)),
          new Outline("heart", heart()),
          new Outline("ring", (x, y) -> Math.abs(length(x, y) - .73) - .2),
          new Outline("square", box(.7, .7)),
          new Outline("star", star(5, .4)),
          new Outline("triangle", star(3, .5)));

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  private static SignedDistance disc(double centerX, double centerY, double radius) {
    return (x, y) -> length(x - centerX, y - centerY) - radius;
  }

  private static SignedDistance box(double halfWidth, double halfHeight) {
    return (x, y) -> {
      double beyondX = Math.abs(x) - halfWidth;
      double beyondY = Math.abs(y) - halfHeight;
      double outside = length(Math.max(beyondX, 0), Math.max(beyondY, 0));
      return outside + Math.min(Math.max(beyondX, beyondY), 0);
    };
  }

  private static SignedDistance union(SignedDistance... parts) {
    return (x, y) -> {
      double nearest = Double.POSITIVE_INFINITY;
      for (SignedDistance part : parts) {
        nearest = Math.min(nearest, part.at(x, y));
      }
      return nearest;
    };
  }

  private static SignedDistance cross(double halfThickness) {
    double reach = .95;
    return union(box(reach, halfThickness), box(halfThickness, reach));
  }

  /** A disc minus another one. */
  private static SignedDistance crescent() {
    SignedDistance whole = disc(0, 0, .95);
    SignedDistance bite = disc(.48, 0, .78);
    return (x, y) -> Math.max(whole.at(x, y), -bite.at(x, y));
  }

  /** A square standing on a corner, with a disc on each of its upper sides. */
  private static SignedDistance heart() {
    double half = .52;
    double diagonal = half * Math.sqrt(2);
    double down = .2;
    SignedDistance square = box(half, half);
    SignedDistance tilted =
        (x, y) -> square.at((x + y - down) * Math.sqrt(.5), (y - down - x) * Math.sqrt(.5));
    return union(
        tilted,
        disc(-diagonal / 2, down - diagonal / 2, half),
        disc(diagonal / 2, down - diagonal / 2, half));
  }

  /** A star whose points lie on the unit circle; with 3 points and inner radius 1/2, a triangle. */
  private static SignedDistance star(int points, double innerRadius) {
    double[] corners = new double[4 * points];
    for (int i = 0; i < 2 * points; i++) {
      double angle = Math.PI * (i / (double) points - .5);
      double radius = i % 2 == 0 ? 1 : innerRadius;
      corners[2 * i] = radius * StrictMath.cos(angle);
      corners[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    return polygon(corners);
  }

  /**
   * The polygon through the corners x, y, x, y and so on. The absolute value is the distance to the
   * nearest side; the sign is determined by the number of sides that a ray from the point crosses.
   */
  private static SignedDistance polygon(double... corners) {
    return (x, y) -> {
      double nearestSquared = Double.POSITIVE_INFINITY;
      boolean inside = false;
      double fromX = corners[corners.length - 2];
      double fromY = corners[corners.length - 1];
      for (int i = 0; i < corners.length; i += 2) {
        double toX = corners[i];
        double toY = corners[i + 1];
        double sideX = toX - fromX;
        double sideY = toY - fromY;
        double along =
            ((x - fromX) * sideX + (y - fromY) * sideY) / (sideX * sideX + sideY * sideY);
        double clamped = Math.max(0, Math.min(1, along));
        double awayX = x - fromX - clamped * sideX;
        double awayY = y - fromY - clamped * sideY;
        nearestSquared = Math.min(nearestSquared, awayX * awayX + awayY * awayY);
        if (fromY > y != toY > y && x < fromX + (y - fromY) / sideY * sideX) {
          inside = !inside;
        }
        fromX = toX;
        fromY = toY;
      }
      double distance = Math.sqrt(nearestSquared);
      return inside ? -distance : distance;
    };
  }
}
