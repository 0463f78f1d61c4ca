package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTableTest {
  @Test
  void hasFurtherMetricsAfterLossAndAccuracy() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("accuracy", 0.5);
    values.put("f1_score", 0.25);
    values.put("loss", 1.5);
    values.put("val_accuracy", 0.75);
    values.put("val_f1_score", 0.625);
    values.put("val_loss", 2.0);
    values.put("learning_rate", 0.1);
    RunHistory history = new RunHistory(List.of(new RunHistory.Epoch("train", 1, values, 1.234)));
    assertThat(HistoryTable.of(history).csv())
        .isEqualTo(
            "phase,epoch,loss,accuracy,val_loss,val_accuracy,f1_score,val_f1_score,learning_rate,"
                + "seconds\ntrain,1,1.5,0.5,2.0,0.75,0.25,0.625,0.1,1.23\n");
    assertThat(HistoryTable.of(history).markdown())
        .startsWith("| epoch | phase | loss | accuracy | validation loss | validation accuracy |")
        .endsWith(
            "| 1 | train | 1.5000 | 0.5000 | 2.0000 | 0.7500 | 0.2500 | 0.6250 | 0.1 | 1.2 |\n");
  }

  @Test
  void aMissingValueIsNotANumber() {
    RunHistory history =
        new RunHistory(List.of(new RunHistory.Epoch("train", 1, Map.of("loss", 1.0), 2)));
    assertThat(new HistoryTable(history, "accuracy").csv())
        .endsWith("\ntrain,1,1.0,NaN,NaN,NaN,NaN,2.00\n");
  }
}
