package dev.espalier.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LogsTest {
  @Test
  void sortsValuesByName() {
    Logs logs = new Logs(Map.of("val_loss", 2.0, "accuracy", .5, "loss", 1.0));
    assertThat(logs.asMap().keySet()).containsExactly("accuracy", "loss", "val_loss");
    assertThat(logs).hasToString("{accuracy=0.5, loss=1.0, val_loss=2.0}");
  }

  @Test
  void appendsNewValuesAndReplacesOthersInPlace() {
    Logs logs = new Logs(Map.of("loss", 1.0, "val_loss", 2.0));
    logs.put("learning_rate", .1);
    logs.put("loss", 3);
    assertThat(logs.asMap())
        .containsExactly(
            Map.entry("loss", 3.0), Map.entry("val_loss", 2.0), Map.entry("learning_rate", .1));
  }

  @Test
  void anUnknownValueIsNull() {
    assertThat(Logs.empty().get("loss")).isNull();
  }

  @Test
  void viewFollowsButCannotBeChanged() {
    Logs logs = Logs.empty();
    Map<String, Double> view = logs.asMap();
    logs.put("loss", 1);
    assertThat(view).containsEntry("loss", 1.0);
    assertThatThrownBy(() -> view.put("loss", 2.0))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
