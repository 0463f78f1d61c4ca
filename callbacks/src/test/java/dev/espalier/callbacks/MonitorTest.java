package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import dev.espalier.testkit.training.FakeTrainingControl;
import dev.espalier.training.Logs;
import dev.espalier.training.Metric.Direction;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MonitorTest {
  @Test
  void valueMustSurpassTheBestByMoreThanTheLeastChange() {
    assertThat(improvesUpwards(.75, 0.0)).isTrue();
    assertThat(improvesUpwards(.5, null)).isTrue();
    assertThat(improvesUpwards(.5, 0.0)).isFalse();
    assertThat(improvesUpwards(.2, .5)).isFalse();
  }

  private static boolean improvesUpwards(double value, @Nullable Double best) {
    return new Monitor("val_mse", MonitorMode.MAX, .5).improves(Direction.UP, value, best);
  }

  @Test
  void downwardsIsTheMirrorImage() {
    Monitor monitor = new Monitor("val_mse", MonitorMode.MIN, .5);

    assertThat(monitor.improves(Direction.DOWN, -.75, 0.0)).isTrue();
    assertThat(monitor.improves(Direction.DOWN, -.5, 0.0)).isFalse();
    assertThat(monitor.improves(Direction.DOWN, .2, -.5)).isFalse();
  }

  @Test
  void signOfTheLeastChangeDoesNotMatter() {
    assertThat(new Monitor("loss", MonitorMode.MIN, -.5))
        .isEqualTo(new Monitor("loss", MonitorMode.MIN, .5));
  }

  @Test
  void givenModeWinsOverWhatTheMetricDeclares() {
    assertThat(direction("val_mse", MonitorMode.MAX)).isEqualTo(Direction.UP);
    assertThat(direction("val_loss", MonitorMode.MIN)).isEqualTo(Direction.DOWN);
    assertThat(direction("unheard_of", MonitorMode.MAX)).isEqualTo(Direction.UP);
  }

  @Test
  void autoFollowsTheMetric() {
    for (String name : new String[] {"val_mse", "loss", "val_loss", "hinge"}) {
      assertThat(direction(name, MonitorMode.AUTO)).as(name).isEqualTo(Direction.DOWN);
    }
    for (String name : new String[] {"acc", "val_acc", "f1_score"}) {
      assertThat(direction(name, MonitorMode.AUTO)).as(name).isEqualTo(Direction.UP);
    }
  }

  @Test
  void autoRefusesWhatNobodyDeclares() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> direction("unknown", MonitorMode.AUTO))
        .withMessageStartingWith("TheCallback monitors unknown, but neither the loss nor a metric");
  }

  private static Direction direction(String key, MonitorMode mode) {
    FakeTrainingControl control =
        FakeTrainingControl.withLearningRate(1)
            .metric("mse", Direction.DOWN)
            .metric("hinge", Direction.DOWN)
            .metric("acc", Direction.UP)
            .metric("f1_score", Direction.UP);
    return new Monitor(key, mode, 0)
        .direction("TheCallback", control, new Logs(Map.of("loss", 1.0)));
  }
}
