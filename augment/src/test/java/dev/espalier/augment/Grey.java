package dev.espalier.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;

/** Small grey images, written and compared as rows of numbers. */
public final class Grey {
  private Grey() {}

  public static Image of(int[]... rows) {
    byte[] bytes = new byte[rows.length * rows[0].length];
    int i = 0;
    for (int[] row : rows) {
      for (int value : row) {
        bytes[i++] = (byte) value;
      }
    }
    return Image.wrap(rows.length, rows[0].length, 1, bytes);
  }

  /** Returns 0, step, 2·step, ... in rows. */
  public static Image counting(int height, int width, int step) {
    int[][] rows = new int[height][width];
    for (int i = 0; i < height * width; i++) {
      rows[i / width][i % width] = i * step;
    }
    return of(rows);
  }

  public static int[][] values(Image image) {
    int[][] rows = new int[image.height()][image.width()];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = row(image, row);
    }
    return rows;
  }

  public static int[] row(Image image, int row) {
    int[] values = new int[image.width()];
    for (int column = 0; column < values.length; column++) {
      values[column] = image.at(row, column, 0);
    }
    return values;
  }

  public static int[] column(Image image, int column) {
    int[] values = new int[image.height()];
    for (int row = 0; row < values.length; row++) {
      values[row] = image.at(row, column, 0);
    }
    return values;
  }

  /**
   * Checks that {@code actual} is {@code scale} times the expected numbers, rounded. Golden numbers
   * have fractions, bytes have none: images are made {@code scale} times brighter to see them.
   */
  public static void assertScaled(int[] actual, double scale, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          // Half a level for rounding, and the last digit that the golden numbers have.
          .isCloseTo(scale * expected[i], within(0.5 + scale * 1e-4));
    }
  }

  public static RandomStream stream(long seed) {
    return RandomKey.ofSeed(seed).stream();
  }
}
