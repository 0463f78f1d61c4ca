package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.Predictions;
import dev.espalier.core.classifier.Classification;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.InferenceSettings;
import org.junit.jupiter.api.Test;

class OutputColumnsTest {
  private static Classification answer(boolean multiLabel, InferenceSettings settings) {
    HostArray scores = HostArray.wrap(Shape.of(1, 3), 0.55f, 0.1f, 0.7f);
    return new Classification(new Predictions(scores, TestModels.CLASSES), multiLabel, settings);
  }

  @Test
  void theLabelNamesTheClassesThatApply() {
    InferenceSettings settings = InferenceSettings.defaults();
    assertThat(OutputColumns.label(answer(false, settings))).isEqualTo("blue");
    assertThat(OutputColumns.label(answer(true, settings))).isEqualTo("blue, red");
  }

  @Test
  void thereIsNoLabelWhereNoClassApplies() {
    InferenceSettings settings = InferenceSettings.defaults();
    assertThat(OutputColumns.label(answer(false, settings.withUnknownBelow(0.8)))).isNull();
    assertThat(OutputColumns.label(answer(true, settings.withThreshold(0.8)))).isNull();
  }
}
