package dev.espalier.cli.bundled;

import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Split;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Images of forty random shapes: twenty drawn with strokes, twenty filled outlines. They vary in
 * color, size, position and rotation, on striped, dotted or cloudy backgrounds. None of the shapes
 * occurs in the data set {@code shapes}: pretraining on them provides features, not answers.
 *
 * <p>A sample depends only on the seed, the split and its index. Immutable.
 */
final class Glyphs implements Dataset {
  private static final int TRAIN_SIZE = 20_000;
  private static final int TEST_SIZE = 2_000;
  private static final int SIDE = 32;
  private static final int CLASSES = 40;
  private static final List<Figure> FIGURES =
      IntStream.range(0, CLASSES).mapToObj(Figure::ofClass).toList();
  private static final List<String> CLASS_NAMES = FIGURES.stream().map(Figure::name).toList();

  private final Split split;
  private final RandomKey key;

  Glyphs(Split split, long seed) {
    this.split = split;
    this.key = RandomKey.ofSeed(seed).with("glyphs").with(split.name());
  }

  @Override
  public String name() {
    return "glyphs/" + split.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int size() {
    return split == Split.TRAIN ? TRAIN_SIZE : TEST_SIZE;
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public int label(int index) {
    return Objects.checkIndex(index, size()) % CLASSES;
  }

  @Override
  public Sample get(int index) {
    int label = label(index);
    return new Sample(draw(FIGURES.get(label), key.with(index).stream()), label);
  }

  private static Image draw(Figure figure, RandomStream random) {
    double[] ink = color(random);
    double[] near = color(random);
    while (difference(ink, near) < 90) {
      near = color(random);
    }
    double[] far = new double[3];
    for (int i = 0; i < 3; i++) {
      far[i] = clamp(near[i] + random.nextDouble(-45, 45), 255);
    }
    Pattern pattern = Pattern.random(random);
    double angle = random.nextDouble(0, 2 * Math.PI);
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double radius = random.nextDouble(.28, .48);
    double room = .5 - radius;
    double centerX = .5 + random.nextDouble(-room, room);
    double centerY = .5 + random.nextDouble(-room, room);
    double squeeze = random.nextDouble(.85, 1);
    double thickness = random.nextDouble(.09, .16);
    double grain = random.nextDouble(0, 20);
    byte[] pixels = new byte[SIDE * SIDE * 3];
    for (int row = 0; row < SIDE; row++) {
      double y = (row + .5) / SIDE;
      for (int column = 0; column < SIDE; column++) {
        double x = (column + .5) / SIDE;
        double localX = ((x - centerX) * cos + (y - centerY) * sin) / radius;
        double localY = ((y - centerY) * cos - (x - centerX) * sin) / (radius * squeeze);
        double outside = figure.distance(localX, localY, thickness) * radius * SIDE;
        double coverage = clamp(.5 - outside, 1);
        double share = pattern.at(x, y);
        for (int i = 0; i < 3; i++) {
          double back = near[i] + share * (far[i] - near[i]);
          double value = back + coverage * (ink[i] - back) + random.nextDouble(-grain, grain);
          pixels[(row * SIDE + column) * 3 + i] = (byte) (int) clamp(Math.rint(value), 255);
        }
      }
    }
    return Image.wrap(SIDE, SIDE, 3, pixels);
  }

  private static double[] color(RandomStream random) {
    return new double[] {
      random.nextDouble(0, 255), random.nextDouble(0, 255), random.nextDouble(0, 255)
    };
  }

  private static double difference(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  private static double clamp(double value, double highest) {
    return Math.max(0, Math.min(highest, value));
  }

  @Override
  public String toString() {
    return name() + " (" + size() + " samples)";
  }
}
