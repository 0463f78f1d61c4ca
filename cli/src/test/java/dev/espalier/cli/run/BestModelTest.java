package dev.espalier.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Metric;
import dev.espalier.metric.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestModelTest {
  private static final List<Metric> METRICS =
      List.of(Metrics.accuracy(), Metrics.confusionMatrix());

  @Test
  void takesTheNamesOfAllValuesOfAMetric() {
    for (String value : List.of("loss", "val_loss", "accuracy", "val_confusion_matrix_accuracy")) {
      assertThatCode(() -> BestModel.requireKnown(value, METRICS)).doesNotThrowAnyException();
    }
  }

  @Test
  void rejectsANameThatNoValueHas() {
    assertThatThrownBy(() -> BestModel.requireKnown("val_confusion_matrix", METRICS))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .hasMessageContaining("val_confusion_matrix_accuracy");
  }
}
