package org.example.eca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Image;
import dev.espalier.random.RandomKey;
import org.junit.jupiter.api.Test;

class DarkenTest {
  private static final Image WHITE = Image.wrap(1, 1, 3, new byte[] {-1, -1, -1});

  @Test
  void noPixelGetsBrighterOrDarkerThanTheLeastFactorAllows() {
    for (long seed = 0; seed < 100; seed++) {
      Image darker = new Darken(0.5).apply(WHITE, RandomKey.ofSeed(seed).stream());
      assertThat(darker.at(0, 0, 0)).isBetween(127, 255).isEqualTo(darker.at(0, 0, 2));
    }
  }
}
