package dev.espalier.augment.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.Grey;
import dev.espalier.augment.internal.Box;
import dev.espalier.data.Image;
import org.junit.jupiter.api.Test;

class RandomErasingTest {
  @Test
  void erasingFillsARectangle() {
    Image ones = Grey.of(new int[] {1, 1}, new int[] {1, 1});

    Image erased =
        RandomErasing.of(1)
            .withFilling(Filling.of(0))
            .erase(ones, new Box(0, 0, 1, 1), Grey.stream(0));

    assertThat(Grey.values(erased)).isDeepEqualTo(new int[][] {{0, 1}, {1, 1}});
  }
}
