package dev.espalier.benchmarks.jmh;

import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;

/** An image of waves with a little noise: noise alone is no image that a decoder meets. */
final class SmoothImage {
  private SmoothImage() {}

  static Image of(int height, int width) {
    RandomStream noise = RandomKey.ofSeed(1).with("noise").stream();
    byte[] pixels = new byte[height * width * 3];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / 3 / width;
      int column = i / 3 % width;
      double wave = Math.sin(row / 17.0 + i % 3) + Math.cos(column / 23.0);
      pixels[i] = (byte) (128 + 55 * wave + noise.nextInt(9));
    }
    return Image.wrap(height, width, 3, pixels);
  }
}
