package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.testkit.training.FakeTrainingControl;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ReduceLROnPlateauPropertyTest {
  @Property(tries = 300)
  void rateNeverRisesAndNeverFallsBelowTheLeast(
      @ForAll @Size(max = 40) List<@DoubleRange(min = -5, max = 5) Double> losses,
      @ForAll @DoubleRange(min = 0, max = .99) double factor,
      @ForAll @IntRange(max = 6) int patience,
      @ForAll @IntRange(max = 4) int cooldown,
      @ForAll @DoubleRange(max = .1) double minLr) {
    ReduceLROnPlateau callback =
        ReduceLROnPlateau.on("val_loss")
            .factor(factor)
            .patience(patience)
            .cooldown(cooldown)
            .minLr(minLr);
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(.125);
    control.beginTraining(callback);
    int cuts = 0;
    for (double loss : losses) {
      double before = control.learningRate();
      control.endEpoch(callback, Map.of("val_loss", loss));
      double after = control.learningRate();

      assertThat(after).isLessThanOrEqualTo(before).isGreaterThanOrEqualTo(minLr);
      cuts += after < before ? 1 : 0;
    }
    assertThat(cuts * Math.max(1, patience)).isLessThanOrEqualTo(Math.max(0, losses.size() - 1));
  }
}
