package dev.espalier.augment.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.augment.Grey;
import dev.espalier.data.Image;
import dev.espalier.random.RandomStream;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RandomFlipTest {
  private static Map<Integer, Integer> cornersOf(RandomFlip flip) {
    Image image = Grey.of(new int[] {1, 2}, new int[] {3, 4});
    RandomStream random = Grey.stream(3);
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      counts.merge(flip.apply(image, random).at(0, 0, 0), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void halfOfTheImagesAreMirrored() {
    assertThat(cornersOf(RandomFlip.horizontal())).containsOnlyKeys(1, 2);
    assertThat(cornersOf(RandomFlip.vertical())).containsOnlyKeys(1, 3);
    assertThat(cornersOf(RandomFlip.horizontal()).get(2)).isBetween(440, 560);
  }

  @Test
  void bothAxesAreDecidedTogetherAsInKeras3() {
    assertThat(cornersOf(RandomFlip.horizontalAndVertical())).containsOnlyKeys(1, 4);
  }

  @Test
  void axesAreDecidedApartAsInTensorFlow23() {
    assertThat(cornersOf(RandomFlip.independentAxes()))
        .containsOnlyKeys(1, 2, 3, 4)
        .allSatisfy((corner, count) -> assertThat(count).isBetween(190, 310));
  }
}
