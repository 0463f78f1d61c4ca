package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Logs;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import dev.espalier.testkit.training.FakeTrainingControl;
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
    return new Monitor("val_mse", Goal.MAX, .5).improves(Goal.MAX, value, best);
  }

  @Test
  void downwardsIsTheMirrorImage() {
    Monitor monitor = new Monitor("val_mse", Goal.MIN, .5);

    assertThat(monitor.improves(Goal.MIN, -.75, 0.0)).isTrue();
    assertThat(monitor.improves(Goal.MIN, -.5, 0.0)).isFalse();
    assertThat(monitor.improves(Goal.MIN, .2, -.5)).isFalse();
  }

  @Test
  void signOfTheLeastChangeDoesNotMatter() {
    assertThat(new Monitor("loss", Goal.MIN, -.5)).isEqualTo(new Monitor("loss", Goal.MIN, .5));
  }

  @Test
  void givenModeWinsOverWhatTheMetricDeclares() {
    assertThat(goal("val_mse", Goal.MAX)).isEqualTo(Goal.MAX);
    assertThat(goal("val_loss", Goal.MIN)).isEqualTo(Goal.MIN);
    assertThat(goal("unheard_of", Goal.MAX)).isEqualTo(Goal.MAX);
  }

  @Test
  void autoFollowsTheMetric() {
    for (String name : new String[] {"val_mse", "loss", "val_loss", "hinge"}) {
      assertThat(goal(name, null)).as(name).isEqualTo(Goal.MIN);
    }
    for (String name : new String[] {"acc", "val_acc", "f1_score"}) {
      assertThat(goal(name, null)).as(name).isEqualTo(Goal.MAX);
    }
  }

  @Test
  void autoRefusesWhatNobodyDeclares() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> goal("unknown", null))
        .withMessageStartingWith("TheCallback monitors unknown, but neither the loss nor a metric");
  }

  private static Goal goal(String key, @Nullable Goal given) {
    FakeTrainingControl control =
        FakeTrainingControl.withLearningRate(1)
            .metric("mse", Goal.MIN)
            .metric("hinge", Goal.MIN)
            .metric("acc", Goal.MAX)
            .metric("f1_score", Goal.MAX);
    return new Monitor(key, given, 0).goal("TheCallback", control, new Logs(Map.of("loss", 1.0)));
  }
}
