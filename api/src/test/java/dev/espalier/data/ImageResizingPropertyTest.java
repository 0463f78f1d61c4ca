package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ImageResizingPropertyTest {
  @Property(tries = 200)
  void everyPixelLiesBetweenTheDarkestAndTheBrightest(
      @ForAll @IntRange(min = 1, max = 20) int height,
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 40) int newHeight,
      @ForAll @IntRange(min = 1, max = 40) int newWidth,
      @ForAll long seed) {
    byte[] pixels = new byte[height * width];
    RandomStream random = RandomKey.ofSeed(seed).stream();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (100 + random.nextInt(50));
    }
    Image image = Image.wrap(height, width, 1, pixels);

    for (Image resized :
        new Image[] {
          ImageResizing.bilinear(image, newHeight, newWidth),
          ImageResizing.nearest(image, newHeight, newWidth)
        }) {
      assertThat(resized.height()).isEqualTo(newHeight);
      assertThat(resized.width()).isEqualTo(newWidth);
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          assertThat(resized.at(y, x, 0)).isBetween(100, 149);
        }
      }
    }
  }
}
