package dev.espalier.cli.bundled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetRequest;
import dev.espalier.testkit.data.DatasetContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GlyphsTest extends DatasetContract {
  @Override
  protected Dataset open() {
    return new Glyphs(Split.TRAIN, 1);
  }

  @Test
  void splitsAndSeedsHaveNoPictureInCommon() {
    assertThat(new Glyphs(Split.TRAIN, 1).get(0)).isNotEqualTo(new Glyphs(Split.TEST, 1).get(0));
    assertThat(new Glyphs(Split.TRAIN, 1).get(0)).isNotEqualTo(new Glyphs(Split.TRAIN, 2).get(0));
  }

  @Test
  void figuresAreTheSameForEverySeed() {
    assertThat(new Glyphs(Split.TRAIN, 1).classNames())
        .isEqualTo(new Glyphs(Split.TEST, 9).classNames())
        .hasSize(40)
        .doesNotHaveDuplicates();
  }

  @Test
  void aPlaceIsRefusedBecauseItIsGenerated() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> new GlyphsProvider().open(new DatasetRequest(Split.TRAIN, Path.of("x"), 1)))
        .satisfies(e -> assertThat(e.problem()).contains("generated"));
  }
}
