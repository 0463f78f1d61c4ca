package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftLabelsTest {
  private static final SoftLabels LABELS = SoftLabels.of(new int[] {2, 0}, 3);

  @Test
  void aLabelIsWhollyOfItsClass() {
    assertThat(LABELS.toArray()).containsExactly(0, 0, 1, 1, 0, 0);
    assertThat(LABELS.size()).isEqualTo(2);
    assertThat(LABELS.share(0, 2)).isEqualTo(1);
    assertThat(LABELS).isEqualTo(SoftLabels.of(new int[] {2, 0}, 3)).hasToString("SoftLabels 2x3");
  }

  @Test
  void mixedLabelsAreSharedWithThePartner() {
    SoftLabels mixed = LABELS.mixed(new float[] {.75f, 1}, new int[] {1, 0});

    assertThat(mixed.toArray()).containsExactly(.25f, 0, .75f, 1, 0, 0);
  }

  @Test
  void severalLabelsAreEachWhollyThere() {
    SoftLabels several = SoftLabels.multiHot(List.of(List.of(2, 0), List.of(), List.of(1)), 3);

    assertThat(several.toArray()).containsExactly(1, 0, 1, 0, 0, 0, 0, 1, 0);
    assertThat(several.mixed(new float[] {.75f, 1, .5f}, new int[] {2, 0, 0}).toArray())
        .containsExactly(.75f, .25f, .75f, 0, 0, 0, .5f, .5f, .5f);
  }

  @Test
  void impossibleLabelsAndBatchesAreRefused() {
    assertThatThrownBy(() -> SoftLabels.multiHot(List.of(List.of(0, 3)), 3))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("There is no label 3 among 3 classes.");
    assertThatThrownBy(() -> SoftLabels.of(new int[] {3}, 3))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("There is no label 3 among 3 classes.")
        .extracting(problem -> ((EspalierException) problem).code())
        .isEqualTo(ErrorCode.LABEL_OUT_OF_RANGE);
    assertThatThrownBy(() -> LABELS.mixed(new float[1], new int[2]))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("1 mixing ratios and 2 partners for 2 samples.");
    Image small = Image.wrap(1, 1, 1, new byte[1]);
    Image large = Image.wrap(1, 2, 1, new byte[2]);
    assertThatThrownBy(() -> new ImageBatch(List.of(small), LABELS))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("A batch of 1 images has labels for 2.");
    assertThatThrownBy(() -> new ImageBatch(List.of(small, large), LABELS))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("A batch has an Image 1x1x1 and an Image 1x2x1.");
  }
}
