package dev.espalier.datasets.shapes;

import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;

/**
 * A drawing of one shape, before it is turned into pixels. Lengths are fractions of the side of the
 * image, so that the same drawing can be rendered at any size.
 *
 * @param rotation in radians
 * @param shade how much darker the shape is at one end than at the other, as a fraction
 * @param noise standard deviation of the grain that {@link #render} adds, in steps of 255
 */
record ShapeDrawing(
    Outline outline,
    double centerX,
    double centerY,
    double radius,
    double rotation,
    Color fill,
    double shade,
    Background background,
    Color near,
    Color far,
    double noise) {
  /** Minimum color difference between the shape and both background colors. */
  private static final double CONTRAST = 70;

  static ShapeDrawing random(Outline outline, RandomStream random) {
    double radius = random.nextDouble(.24, .45);
    double room = .48 - radius;
    Color near = Color.muted(random);
    Color far = near.near(60, random);
    Color fill = Color.vivid(random);
    while (fill.differenceFrom(near) < CONTRAST || fill.differenceFrom(far) < CONTRAST) {
      fill = Color.vivid(random);
    }
    return new ShapeDrawing(
        outline,
        .5 + random.nextDouble(-room, room),
        .5 + random.nextDouble(-room, room),
        radius,
        random.nextDouble(0, 2 * Math.PI),
        fill,
        random.nextDouble(0, .25),
        Background.random(random),
        near,
        far,
        random.nextDouble(0, 20));
  }

  /** Returns the pixels, antialiased at borders. */
  Image render(int side, RandomStream random) {
    byte[] pixels = new byte[side * side * 3];
    double cos = StrictMath.cos(rotation);
    double sin = StrictMath.sin(rotation);
    for (int row = 0; row < side; row++) {
      double y = (row + .5) / side;
      for (int column = 0; column < side; column++) {
        double x = (column + .5) / side;
        Color color = near.mixedWith(far, clamp(background.shareAt(x, y), 1));
        double localX = ((x - centerX) * cos + (y - centerY) * sin) / radius;
        double localY = ((y - centerY) * cos - (x - centerX) * sin) / radius;
        double pixelsOutside = outline.distance().at(localX, localY) * radius * side;
        double coverage = clamp(.5 - pixelsOutside, 1);
        if (coverage > 0) {
          color = color.mixedWith(shaded(localY), coverage);
        }
        int offset = (row * side + column) * 3;
        pixels[offset] = withGrain(color.red(), random);
        pixels[offset + 1] = withGrain(color.green(), random);
        pixels[offset + 2] = withGrain(color.blue(), random);
      }
    }
    return Image.wrap(side, side, 3, pixels);
  }

  private Color shaded(double localY) {
    double light = 1 - shade * (.5 + localY / 2);
    return new Color(fill.red() * light, fill.green() * light, fill.blue() * light);
  }

  private byte withGrain(double value, RandomStream random) {
    // The sum of four uniform numbers is approximately normal, with standard deviation
    // 65536/sqrt(3), and takes a single draw and no logarithm.
    long bits = random.nextLong();
    double sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    double grain = (sum - 2 * 65535) / (65536 / Math.sqrt(3));
    return (byte) (int) clamp(Math.rint(value + noise * grain), 255);
  }

  private static double clamp(double value, double highest) {
    return Math.max(0, Math.min(highest, value));
  }
}
