package dev.espalier.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.activation.Activation;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.layer.BatchNormalization;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stages with a small model in place of EfficientNet-B0. */
@Tag("native")
class EfficientNetStagesTest {
  /** Returns more images than two batches, whose channel of the class is brighter. */
  private static Dataset images() {
    Random random = new Random(4);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      byte[] pixels = new byte[8 * 8 * 3];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) (random.nextInt(128) + (p % 3 == i % 3 ? 100 : 0));
      }
      samples.add(new Sample(Image.wrap(8, 8, 3, pixels), i % 3));
    }
    return Datasets.of("channels", List.of("red", "green", "blue"), samples);
  }

  @Test
  void trainsFromScratch() {
    Model untrained =
        Sequential.of(
            Input.image(8, 8, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3),
            GlobalAveragePooling2D.create(),
            Dense.of(3).activation(Activation.SOFTMAX));
    EfficientNetStages.Trained trained =
        EfficientNetStages.scratch(untrained, images(), images(), 6);

    assertThat(trained.history().values("learning_rate")).containsOnly((double) 0.2f).hasSize(6);
    assertThat(trained.history().last("val_accuracy")).isGreaterThan(0.6);
  }

  @Test
  void trainsTheHeadAloneAndThenAllButTheBatchNormalizationsOfTheBase() {
    Model base =
        Sequential.of(
            Input.image(8, 8, 3),
            Rescaling.of(1 / 255.0),
            Conv2D.of(8, 3).named("stem_conv"),
            BatchNormalization.create().named("stem_bn"));
    EfficientNetStages.Trained frozen = EfficientNetStages.frozen(base, images(), images(), 2);
    EfficientNetStages.Trained unfrozen =
        EfficientNetStages.unfrozen(frozen.model(), base, images(), images(), 2);

    Weights before = frozen.model().weights();
    Weights after = unfrozen.model().weights();
    assertThat(after.get("stem_conv/kernel")).isNotEqualTo(before.get("stem_conv/kernel"));
    for (String name : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      assertThat(after.get("stem_bn/" + name)).isEqualTo(before.get("stem_bn/" + name));
    }
    assertThat(after.get("head_bn/gamma")).isNotEqualTo(before.get("head_bn/gamma"));
    assertThat(unfrozen.history().values("learning_rate")).containsOnly((double) 0.005f);
  }
}
